import { decodeText } from './decode-text.ts'
import { latinDigits } from './plain-digits.ts'

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const URDU = ['جنوری', 'فروری', 'مارچ', 'اپریل', 'مئی', 'جون', 'جولائی', 'اگست', 'ستمبر', 'اکتوبر', 'نومبر', 'دسمبر']
const TIME = '(?:[ ,T]+(\\d{1,2}:.*))?'
const DAY_FIRST = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?[ .-]*(\\p{L}+)[ .,،-]*(\\d{4}|\\d\\d)${TIME}$`, 'iu')
const MONTH_FIRST = new RegExp(`^(\\p{L}+)[ .-]*(\\d{1,2})(?:st|nd|rd|th)?[ ,-]+(\\d{4})${TIME}$`, 'iu')
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[ ,.]+/i

/** A date with its month in words (English, short or long, or Urdu) or with digits of Urdu and Arabic, as one in Latin numbers; undefined of what is none. */
export function dateInWords(bytes: Uint8Array, start: number, end: number): { bytes: Buffer; hasWords: boolean } | undefined {
  if (end - start > 64) return undefined
  const told = decodeText(bytes, start, end)
  const text = latinDigits(told).replace(/\s+/gu, ' ').trim().replace(WEEKDAY, '')
  const plain = inNumbers(text)
  if (plain !== undefined) return { bytes: Buffer.from(plain, 'latin1'), hasWords: true }
  return text === told || /[^\x20-\x7e]/.test(text) ? undefined : { bytes: Buffer.from(text, 'latin1'), hasWords: false }
}

function inNumbers(text: string): string | undefined {
  const dayFirst = DAY_FIRST.exec(text)
  const told = dayFirst ?? MONTH_FIRST.exec(text)
  if (told === null) return undefined
  const [, first = '', second = '', year = '', time] = told
  const [day, name] = dayFirst === null ? [second, first] : [first, second]
  const month = monthOf(name)
  if (month === 0) return undefined
  const century = year.length === 4 ? '' : Number(year) < 70 ? '20' : '19'
  return `${century}${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}${time === undefined ? '' : ` ${time}`}`
}

/** From 1; 0 of a word that is none. */
function monthOf(name: string): number {
  const english = name.toLowerCase()
  return 1 + Math.max(english.length < 3 ? -1 : MONTHS.findIndex(month => month.startsWith(english)), URDU.indexOf(name))
}
