import { gsmText } from '../gsm-text.ts'
import { smsParts } from '../sms-parts.ts'
import type { Language } from '../text/language.ts'
import { placesOf, readTemplate, type Template, wordsOf } from './template.ts'
import type { TextAsk } from './text-ask.ts'
import { worstParts } from './worst-parts.ts'

/** Something that is wrong with a text that was written for us. */
export interface Unfit {
  readonly check: 'template' | 'placeholders' | 'language' | 'alphabet' | 'length' | 'number' | 'offer' | 'link' | 'code'
  /** For whoever writes it again. */
  readonly message: string
}

/**
 * Whether a text is what was asked for, and says nothing that was not given: no number, no offer, no link, no code. Stricter than a reader
 * would be: what is doubtful is written again, or taken from the built-in set.
 */
export function checkWritten(
  content: string,
  ask: TextAsk,
): { readonly template: Template } | { readonly unfit: readonly Unfit[] } {
  const read = readTemplate(content, { discount: { code: 'ANY' } })
  if ('problems' in read) return { unfit: read.problems.map(({ message }) => ({ check: 'template', message })) }
  const { template } = read
  const words = plain(wordsOf(template))
  const unfit = [
    ...placeholderFaults(template, ask),
    ...languageFaults(template, ask.language),
    ...inventions(words, plain(ask.about ?? ''), ask),
    ...lengthFaults(template, ask),
  ]
  return unfit.length > 0 ? { unfit } : { template }
}

function placeholderFaults(template: Template, { placeholders }: TextAsk): Unfit[] {
  const all = template.pieces.flatMap(piece => ('placeholder' in piece ? [piece.placeholder] : []))
  const there = placesOf(template)
  const named = (places: readonly string[]) => places.map(place => `{{${place}}}`).join(', ')
  const missing = placeholders.filter(place => !there.includes(place))
  const more = there.filter(place => !placeholders.includes(place))
  const twice = there.filter(place => all.indexOf(place) !== all.lastIndexOf(place))
  return [
    ...(missing.length > 0 ? [fault('placeholders', `${named(missing)} must be in the text.`)] : []),
    ...(more.length > 0 ? [fault('placeholders', `${named(more)} must not be in the text.`)] : []),
    ...(twice.length > 0 ? [fault('placeholders', `${named(twice)} must be in the text once only.`)] : []),
  ]
}

const NAMES: Readonly<Record<Language, string>> = {
  english: 'English',
  'roman-urdu': 'Roman Urdu (Urdu in Latin letters)',
  urdu: 'Urdu in Urdu script',
}
export const languageName = (language: Language): string => NAMES[language]

function languageFaults(template: Template, language: Language): Unfit[] {
  const words = wordsOf(template)
  const wrong = template.language !== language || (language !== 'urdu' && /\p{Script=Arabic}/u.test(words))
  if (wrong) return [fault('language', `The text must be in ${languageName(language)} throughout.`)]
  if (language === 'urdu' || smsParts(gsmText(words)).encoding === 'GSM-7') return []
  return [fault('alphabet', 'The text must have plain letters and signs only: no emoji, no accents.')]
}

function lengthFaults(template: Template, { known, maxParts }: TextAsk): Unfit[] {
  const { parts } = worstParts(template, known)
  if (parts <= maxParts) return []
  return [
    fault('length', `With long names the text takes ${parts} parts of an SMS, at most ${maxParts} are wanted: make it shorter.`),
  ]
}

/** What promises something, by what it promises; a text may say so where it was given. */
const OFFERS: readonly (readonly [given: 'discount' | 'free' | 'never', words: RegExp])[] = [
  [
    'discount',
    /%|٪|\b(percent|per cent|fee ?sad|discount|% off|off|sale|half[- ]price|reduced|cheaper|save|savings|riayat|rayat|chh?oot|sasta|saste|sasti)\b/iu,
  ],
  ['discount', /(?<!\p{L})(فیصد|رعایت|رعایتی|ڈسکاؤنٹ|چھوٹ|سیل|سستا|سستے|سستی|آدھی قیمت)(?!\p{L})/u],
  ['free', /\b(free|muft|gratis|complimentary|no charge)\b|(?<!\p{L})(مفت|فری)(?!\p{L})/iu],
  [
    'never',
    /\b(gifts?|tohf[ae]|cash ?back|prizes?|inaam|inam|guarantee[ds]?|win|refund)\b|(?<!\p{L})(تحفہ|تحفے|انعام|گارنٹی|کیش بیک)(?!\p{L})/iu,
  ],
  ['never', /[$£€₹₨¥]|\b(rs|pkr|usd|gbp|rup(ee|aye|ay|iya|ees)s?)\b|(?<!\p{L})(روپے|روپیہ|روپیے)(?!\p{L})/iu],
]
const LINK = /https?:|www\.|[\p{L}\p{N}]\.[\p{L}]{2,}|\p{L}\/\p{L}/iu
/** Upper case that says nothing. */
const NO_CODE = new Set(['STOP', 'HELP', 'SMS', 'EID'])

function inventions(words: string, about: string, { known, placeholders }: TextAsk): Unfit[] {
  const given = ` ${about} `
  const numbers = numbersIn(words).filter(number => !numbersIn(given).includes(number))
  const has = { discount: placeholders.includes('discount'), free: freeGiven(known.discount), never: false }
  const offers = OFFERS.flatMap(([what, pattern]) => (has[what] ? [] : matches(pattern, words))).filter(
    said => !says(given, said),
  )
  const codes = (words.match(/(?<![\p{L}\p{N}])[A-Z]{3,}[A-Z0-9]*(?![\p{L}\p{N}])/gu) ?? []).filter(
    word => !NO_CODE.has(word) && !given.includes(word) && known.shop?.includes(word) !== true,
  )
  return [
    ...numbers.map(number => fault('number', `Nobody gave the number ${number}: leave out what was not given.`)),
    ...offers.map(offer => fault('offer', `Nobody offered ${JSON.stringify(offer)}: promise nothing that was not given.`)),
    ...(LINK.test(words) ? [fault('link', 'Write no address of your own: links come by {{link}} alone.')] : []),
    ...codes.map(code => fault('code', `${code} looks like a code that nobody gave: use no words in capital letters.`)),
  ]
}

const freeGiven = (discount: string | undefined): boolean => /free|muft|مفت/i.test(discount ?? '')

const matches = (pattern: RegExp, text: string): string[] =>
  [...text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))].map(([said]) => said)

/** Whether the words were said by whoever asks. */
const says = (given: string, said: string): boolean => given.toLowerCase().includes(said.toLowerCase())

/** Numbers as they are meant: `2,500` and `۲۵۰۰` are 2500. */
const numbersIn = (text: string): string[] => text.match(/\d+(?:[.,]\d+)*/g)?.map(number => number.replace(/,/g, '')) ?? []

/** Digits of any script as ours, in one form of letters. */
const plain = (text: string): string => text.normalize('NFKC').replace(/[٠-٩۰-۹]/g, digit => String(digit.charCodeAt(0) & 15))

const fault = (check: Unfit['check'], message: string): Unfit => ({ check, message })
