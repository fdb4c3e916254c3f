import { decodeText } from './decode-text.ts'

/** How a value was written, as bits: each is a repair of its own. */
export const written = { grouped: 1, decimalComma: 2, currency: 4, otherDigits: 8, exponent: 16, sign: 32 } as const

/** What stands around amounts: signs and names of currencies, Pakistan's `/-` behind whole rupees. */
const AROUND = '(?:[\\p{Sc}]|rs\\.?|pkr\\.?|inr|usd|eur|gbp|aed|sar|us\\$|rupees?|روپے|روپیہ|روپئے|euros?|dollars?|/-|/=)'
const BEFORE = new RegExp(`^${AROUND}\\s*`, 'iu')
const BEHIND = new RegExp(`\\s*${AROUND}$`, 'iu')

export interface PlainDigits {
  /** Latin digits with `,`, `.`, blanks and apostrophes. */
  readonly text: string
  readonly negative: boolean
  /** Bits of `written`. */
  readonly style: number
  readonly exponent: number
}

/** A number as people write it, without what only dresses it up; undefined of what is none. */
export function plainDigits(bytes: Uint8Array, start: number, end: number): PlainDigits | undefined {
  if (end - start > 80) return undefined
  const told = decodeText(bytes, start, end)
  const latin = latinDigits(told).replace(/\s/gu, ' ').replaceAll('’', "'").replaceAll('−', '-')
  const { text: bare, negative, currency } = undressed(latin)
  const exponent = /^(.*\d\.?)e([+-]?\d{1,2})$/i.exec(bare)
  const text = exponent?.[1] ?? bare
  if (!/^[\d.,](?:[\d., ']*[\d.,])?$/.test(text) || !/\d/.test(text)) return undefined
  const style =
    (currency ? written.currency : 0) |
    (latin === told.replace(/\s/gu, ' ') ? 0 : written.otherDigits) |
    (exponent === null ? 0 : written.exponent) |
    (/^-?\d/.test(latin) || currency ? 0 : negative || latin.startsWith('+') ? written.sign : 0)
  return { text, negative, style, exponent: Number(exponent?.[2] ?? 0) }
}

/** Takes signs and currencies off in whatever order they come: `-$5`, `$-5`, `($5)`, `5-`, `Rs -5`. */
function undressed(told: string): { text: string; negative: boolean; currency: boolean } {
  let [text, negative, currency] = [told.trim(), false, false]
  if (/^\(.*\)$/.test(text)) [text, negative] = [text.slice(1, -1).trim(), true]
  for (;;) {
    const bare = text.replace(BEFORE, '').replace(BEHIND, '')
    if (bare !== text) currency = true
    const sign = /^([+-])\s*(.*)$/.exec(bare) ?? /^()(.*\d)\s*-$/.exec(bare)
    const next = sign === null ? bare : sign[2]!
    if (sign !== null && sign[1] !== '+') negative = !negative
    if (next === text) return { text, negative, currency }
    text = next
  }
}

/** Digits of Arabic and of Urdu, with their decimal and thousands signs. */
export const latinDigits = (text: string): string =>
  text
    .replace(/[٠-٩]/g, digit => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, digit => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll('٫', '.')
    .replaceAll('٬', ',')
