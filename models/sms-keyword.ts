import { type Language, languages } from './text/language.ts'

/** What a customer can tell every sender of texts, whatever is under way. */
export const smsKeywords = ['stop', 'start', 'help'] as const
export type SmsKeyword = (typeof smsKeywords)[number]

/** A keyword, and in which language it was said. */
export interface SpokenKeyword {
  readonly keyword: SmsKeyword
  readonly language: Language
}

/** Every stem with every ending, with and without what is meant before it: `band karo`, `sms band karo`. Spaces do not count (`essence`). */
const phrases = (objects: readonly string[], stems: readonly string[], endings: readonly string[]): string[] =>
  ['', ...objects].flatMap(object => stems.flatMap(stem => endings.map(ending => object + stem + ending)))

/** "Do it", as Roman Urdu writes it: nobody agrees how. */
const KARO = [
  'karo kro karen karein karain kren krein krain kariye kijiye kijye',
  'kardo krdo karden kardein kardain krden krdein krdain kardijiye kardijye krdijiye karde krde',
].flatMap(some => some.split(' '))
const BHEJO = 'bhejo bhejna bhejen bhejein bhejain bhejiye bhejye bhej'.split(' ')
const KARO_URDU = ['کرو', 'کر دو', 'کریں', 'کر دیں', 'کیجیے', 'کر دیجیے', 'کر دے']
const BHEJO_URDU = ['بھیجو', 'بھیجیں', 'بھیجنا', 'بھیجیے']
const MESSAGES = 'sms msg msgs message messages yeh ye isay ise inhe inhen'.split(' ')
const MESSAGES_URDU = ['میسج', 'میسجز', 'میسیج', 'پیغام', 'پیغامات', 'ایس ایم ایس', 'یہ', 'اسے', 'انہیں']

/** What is in several languages (`start`) is of the first. */
const table: Readonly<Record<SmsKeyword, Readonly<Record<Language, readonly string[]>>>> = {
  stop: {
    english: [
      ...['stop', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'unsub', 'opt out', 'revoke'],
      ...['stop sms', 'stop msg', 'stop msgs', 'stop message', 'stop messages'],
    ],
    'roman-urdu': [
      ...['stop karo', 'stop kro', 'stop kar do', 'stop kr do'],
      ...phrases(MESSAGES, ['band', 'bnd', 'bund', 'khatam', 'khatm'], ['', ...KARO]),
      ...phrases(MESSAGES, ['rok', 'rook'], ['do', 'den', 'dein', 'dain', 'dijiye', 'dijye']),
      ...phrases(MESSAGES, ['roko', 'roken', 'rokein', 'rokain', 'rokiye'], ['']),
      ...phrases(MESSAGES, ['mat', 'mut', 'na', 'nah', 'nahi'], [...BHEJO, ...KARO]),
      ...phrases([], ['bas'], KARO),
    ],
    urdu: [
      ...phrases(MESSAGES_URDU, ['بند', 'ختم', 'منسوخ'], ['', ...KARO_URDU]),
      ...phrases(MESSAGES_URDU, ['روک'], ['دو', 'دیں', 'دیجیے']),
      ...phrases(MESSAGES_URDU, ['روکو', 'روکیں', 'روکیے'], ['']),
      ...phrases(MESSAGES_URDU, ['مت', 'نہ'], [...BHEJO_URDU, 'کرو', 'کریں']),
      ...phrases([], ['بس'], KARO_URDU),
      ...['اسٹاپ', 'سٹاپ', 'ان سبسکرائب', 'کینسل'],
    ],
  },
  start: {
    english: ['start', 'unstop'],
    'roman-urdu': phrases(
      ['dobara', 'dubara', ...MESSAGES],
      ['shuru', 'shuroo', 'shru', 'chalu', 'chaloo', 'start'],
      ['', ...KARO],
    ),
    urdu: [...phrases(['دوبارہ', ...MESSAGES_URDU], ['شروع', 'چالو', 'جاری'], ['', ...KARO_URDU]), ...['اسٹارٹ', 'سٹارٹ']],
  },
  help: {
    english: ['help', 'help me'],
    'roman-urdu': ['madad', 'madat', 'mdad', 'madad karo', 'madad kro', 'madad karen', 'madad karein', 'madad chahiye'],
    urdu: ['مدد', 'مدد کرو', 'مدد کریں', 'مدد چاہیے', 'ہیلپ'],
  },
}

/** Letters that look or sound alike to whoever types them, on Arabic and on Urdu keyboards. */
const ALIKE: Readonly<Record<string, string>> = { ي: 'ی', ى: 'ی', ك: 'ک', ه: 'ہ', ھ: 'ہ', ة: 'ہ', ە: 'ہ', ہ: 'ہ', ڪ: 'ک' }

/** Letters and digits alone, in one case and one form: marks, joiners, spaces, signs and emoji say nothing here. */
const essence = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/ـ/g, '')
    .replace(/[يىكهھةەڪ]/g, letter => ALIKE[letter]!)

const keywords = new Map<string, SpokenKeyword>()
for (const keyword of smsKeywords)
  for (const language of languages)
    for (const form of table[keyword][language])
      if (!keywords.has(essence(form))) keywords.set(essence(form), { keyword, language })
/** No keyword is as long; a text this long is none, whatever is in it. */
const LONGEST = 200

/**
 * The keyword that a text is, as a whole: in any case, with any punctuation, spaces or emoji, in English, Roman Urdu or Urdu. A text that
 * merely has one in it is none (`stop by the shop`), so that nobody is silenced by a conversation. Pure.
 */
export function spokenKeyword(text: string): SpokenKeyword | undefined {
  const trimmed = text.trim()
  return trimmed.length > LONGEST ? undefined : keywords.get(essence(trimmed))
}

/** The same, in whatever language. */
export const smsKeyword = (text: string): SmsKeyword | undefined => spokenKeyword(text)?.keyword
