import { type SmsKeyword, smsKeyword, smsKeywords } from '../sms-keyword.ts'
import { type Language, languages } from '../text/language.ts'
import { fillTemplate } from './fill-template.ts'
import { placesOf, readTemplate } from './template.ts'

/** What each keyword is answered with, in the language in which it was said. */
export type KeywordReplies = Readonly<Record<SmsKeyword, Readonly<Record<Language, string>>>>

/** In place of what is built in, as templates. */
export type OtherReplies = { readonly [K in SmsKeyword]?: { readonly [L in Language]?: string } }

/** The second of each is for shops that have told no name. They say how to undo what was done, as rules of carriers everywhere want it. */
const builtIn: Readonly<Record<SmsKeyword, Readonly<Record<Language, readonly [named: string, nameless: string]>>>> = {
  stop: {
    english: [
      '{{shop}}: You will get no more texts from us. Reply START to get them again.',
      'You will get no more texts from us. Reply START to get them again.',
    ],
    'roman-urdu': [
      '{{shop}}: Ab aap ko hamare SMS nahin milenge. Dobara shuru karne ke liye START likh kar bhejein.',
      'Ab aap ko hamare SMS nahin milenge. Dobara shuru karne ke liye START likh kar bhejein.',
    ],
    urdu: [
      '{{shop}}: اب آپ کو ہمارے پیغامات نہیں ملیں گے۔ دوبارہ پانے کے لیے لکھیں: شروع',
      'اب آپ کو ہمارے پیغامات نہیں ملیں گے۔ دوبارہ پانے کے لیے لکھیں: شروع',
    ],
  },
  start: {
    english: [
      '{{shop}}: You can get texts from us again. Reply STOP to get none, HELP for help.',
      'You can get texts from us again. Reply STOP to get none, HELP for help.',
    ],
    'roman-urdu': [
      '{{shop}}: Aap ko hamare SMS phir se mil sakte hain. Band karne ke liye STOP likh kar bhejein.',
      'Aap ko hamare SMS phir se mil sakte hain. Band karne ke liye STOP likh kar bhejein.',
    ],
    urdu: [
      '{{shop}}: آپ کو ہمارے پیغامات پھر سے مل سکتے ہیں۔ روکنے کے لیے لکھیں: بند',
      'آپ کو ہمارے پیغامات پھر سے مل سکتے ہیں۔ روکنے کے لیے لکھیں: بند',
    ],
  },
  help: {
    english: [
      '{{shop}}: We text about your orders and our offers. Reply STOP to get no more texts, START to get them again.',
      'We text about your orders and our offers. Reply STOP to get no more texts, START to get them again.',
    ],
    'roman-urdu': [
      '{{shop}}: Hum aap ke orders aur apni offers ke SMS bhejte hain. Band karne ke liye STOP, shuru karne ke liye START bhejein.',
      'Hum aap ke orders aur apni offers ke SMS bhejte hain. Band karne ke liye STOP, shuru karne ke liye START bhejein.',
    ],
    urdu: [
      '{{shop}}: ہم آرڈر اور پیشکشوں کے پیغامات بھیجتے ہیں۔ روکنے کے لیے لکھیں: بند۔ پانے کے لیے لکھیں: شروع',
      'ہم آرڈر اور پیشکشوں کے پیغامات بھیجتے ہیں۔ روکنے کے لیے لکھیں: بند۔ پانے کے لیے لکھیں: شروع',
    ],
  },
}

/** The texts as they go out. What is wrong with those that were given is told; the built-in ones fit any shop. */
export function keywordReplies(
  shop: string | undefined,
  others: OtherReplies = {},
): { readonly replies: KeywordReplies } | { readonly problems: readonly string[] } {
  const problems: string[] = []
  const of = (keyword: SmsKeyword, language: Language): string => {
    const given = others[keyword]?.[language]
    const read = replyText(given ?? builtIn[keyword][language][shop === undefined ? 1 : 0], shop)
    if ('text' in read) return read.text
    problems.push(`${keyword}, ${language}: ${read.problem}`)
    return ''
  }
  const replies = record(smsKeywords, keyword => record(languages, language => of(keyword, language)))
  return problems.length > 0 ? { problems } : { replies }
}

/** The shop's name alone may be left open. A reply that is itself a keyword would be answered where another of us receives it. */
function replyText(content: string, shop: string | undefined): { readonly text: string } | { readonly problem: string } {
  const read = readTemplate(content)
  if ('problems' in read) return { problem: read.problems.map(({ message }) => message).join(' ') }
  const other = placesOf(read.template).find(place => place !== 'shop')
  if (other !== undefined) return { problem: `{{${other}}} is not known of who sends a keyword; {{shop}} is all there is.` }
  const filled = fillTemplate(read.template, { shop })
  if ('refused' in filled) return { problem: filled.message }
  if (smsKeyword(filled.text) !== undefined) return { problem: 'The text is a keyword itself.' }
  return filled
}

const record = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map(key => [key, value(key)])) as Record<K, V>
