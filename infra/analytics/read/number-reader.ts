import { plainDigits, written } from './plain-digits.ts'

const [COMMA, MINUS, POINT, SPACE, APOSTROPHE, ZERO] = [44, 45, 46, 32, 39, 48]
/** Digits that a double holds exactly; what follows behind the point is left off. */
const EXACT_DIGITS = 15

/** What one of `1,234` and `1.234` is cannot be told from itself. */
export type Unclear = 0 | 1 | 2
export const [CLEAR, POINT_OF_THREE, COMMA_OF_THREE] = [0, 1, 2] as const

/**
 * Numbers of a column from their bytes. `1,234` is read as 1234 and `1.234` as 1.234 until the whole column tells what its comma is: `decimalComma`, by
 * majority of the values that leave no doubt, such as `12.5` and `12,50`. Groups are of three digits, or of two as lakhs have them.
 */
export class NumberReader {
  /** The last value read: `mantissa` / 10 ^ `decimals`. */
  mantissa = 0
  decimals = 0
  unclear: Unclear = CLEAR
  /** Bits of `written`; 0 of a number as programs write it. */
  style = 0
  /** Values that leave no doubt. */
  points = 0
  commas = 0
  private scratch = Buffer.alloc(64)

  /** Whether there is a number from `start` to `end`. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start
    const negative = bytes[at] === MINUS
    if (negative) at++
    let [mantissa, digits, point] = [0, 0, -1]
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit
        digits++
      } else if (digit === POINT - ZERO && point === -1) point = at
      else break
    }
    if (at < end || digits === 0 || digits > EXACT_DIGITS) return this.readOdd(bytes, start, end)
    this.style = 0
    this.unclear = CLEAR
    this.decimals = point === -1 ? 0 : end - point - 1
    this.mantissa = negative ? -mantissa : mantissa
    if (point !== -1) {
      const before = digits - this.decimals
      if (this.decimals === 3 && before >= 1 && before <= 3 && bytes[point - before] !== ZERO) this.unclear = POINT_OF_THREE
      else if (this.decimals > 0) this.points++
    }
    return true
  }

  /** Of the whole column: whether its comma is the decimal sign. */
  get decimalComma(): boolean {
    return this.commas > this.points
  }

  private readOdd(bytes: Uint8Array, start: number, end: number): boolean {
    const plain = plainDigits(bytes, start, end)
    if (plain === undefined) return false
    if (plain.text.length > this.scratch.length) return false
    const length = this.scratch.write(plain.text, 'latin1')
    if (!this.readSigns(this.scratch, length)) return false
    this.style |= plain.style
    if (plain.exponent !== 0) this.decimals -= plain.exponent
    if (this.decimals < 0) {
      this.mantissa *= 10 ** -this.decimals
      this.decimals = 0
    }
    if (plain.negative) this.mantissa = -this.mantissa
    return Number.isFinite(this.mantissa)
  }

  /** Digits with commas, points, blanks and apostrophes between them. */
  private readSigns(bytes: Uint8Array, length: number): boolean {
    let [commas, points, blanks, lastSign] = [0, 0, 0, -1]
    for (let at = 0; at < length; at++) {
      const byte = bytes[at]!
      if (byte === COMMA) commas++
      else if (byte === POINT) points++
      else if (byte === SPACE || byte === APOSTROPHE) blanks++
      if (byte === COMMA || byte === POINT) lastSign = at
    }
    this.style = 0
    this.unclear = CLEAR
    const sign = lastSign === -1 ? 0 : bytes[lastSign]!
    const [same, others] = sign === COMMA ? [commas, points] : [points, commas]
    const decimalAt = this.decimalSign(bytes, length, sign, lastSign, same, others, blanks)
    if (!groupsAreRight(bytes, decimalAt === -1 ? length : decimalAt)) return false
    if (decimalAt !== lastSign || others > 0 || blanks > 0) this.style |= written.grouped
    return this.collect(bytes, length, decimalAt)
  }

  /** Where the decimal sign stands, -1 of whole numbers; counts what leaves no doubt. */
  private decimalSign(
    bytes: Uint8Array,
    length: number,
    sign: number,
    at: number,
    same: number,
    others: number,
    blanks: number,
  ): number {
    if (at === -1) return -1
    const isComma = sign === COMMA
    if (same > 1) {
      // What comes twice parts thousands, so the other one is the decimal sign.
      if (isComma) this.points++
      else this.commas++
      return -1
    }
    const after = length - at - 1
    if (others === 0 && blanks === 0 && after === 3 && at >= 1 && at <= 3 && bytes[0] !== ZERO) {
      this.unclear = isComma ? COMMA_OF_THREE : POINT_OF_THREE
      return isComma ? -1 : at
    }
    if (isComma) {
      this.commas++
      this.style |= written.decimalComma
    } else this.points++
    return at
  }

  private collect(bytes: Uint8Array, length: number, decimalAt: number): boolean {
    let [mantissa, digits, decimals] = [0, 0, 0]
    for (let at = 0; at < length; at++) {
      const digit = bytes[at]! - ZERO
      if (digit < 0 || digit > 9) continue
      const behind = decimalAt !== -1 && at > decimalAt
      if (digits >= EXACT_DIGITS) {
        if (!behind) mantissa *= 10
        continue
      }
      mantissa = mantissa * 10 + digit
      if (mantissa > 0) digits++
      if (behind) decimals++
    }
    this.mantissa = mantissa
    this.decimals = decimals
    return true
  }
}

/** Groups before the decimal sign: up to three digits, then two or three each, the last of three. */
function groupsAreRight(bytes: Uint8Array, end: number): boolean {
  let [group, groups] = [0, 0]
  for (let at = 0; at <= end; at++) {
    const digit = at === end ? -1 : bytes[at]! - ZERO
    if (digit >= 0 && digit <= 9) {
      group++
      continue
    }
    if (at < end && group === 0) return false
    if (groups > 0 && (group > 3 || group < (at === end ? 3 : 2))) return false
    if (groups === 0 && at < end && group > 3) return false
    groups++
    group = 0
  }
  return true
}
