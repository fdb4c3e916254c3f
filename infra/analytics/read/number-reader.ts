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
  /** What stood before and behind the last amount with a currency. */
  private before: Uint8Array = new Uint8Array()
  private behind: Uint8Array = new Uint8Array()
  /** Of the value at hand: how many there are, and where the last comma or point stands. */
  private readonly signs = { commas: 0, points: 0, blanks: 0, last: -1 }

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
    const from = start + lengthAt(this.before, bytes, start, end)
    const to = end - lengthAt(this.behind, bytes, end - this.behind.length, end)
    if (isBare(bytes, from, to)) {
      if (!this.readSigns(bytes, from, to)) return false
      if (to - from < end - start) this.style |= written.currency
      return true
    }
    const plain = plainDigits(bytes, start, end)
    if (plain === undefined) return false
    const digits = Buffer.from(plain.text, 'latin1')
    if (!this.readSigns(digits, 0, digits.length)) return false
    this.style |= plain.style
    if (plain.exponent !== 0) this.unclear = CLEAR
    this.decimals -= plain.exponent
    if (this.decimals < 0) {
      this.mantissa *= 10 ** -this.decimals
      this.decimals = 0
    }
    if (plain.negative) this.mantissa = -this.mantissa
    else if (plain.style === written.currency) this.know(bytes, start, end, digits.length)
    return Number.isFinite(this.mantissa)
  }

  /** Keeps what stands around an amount, as it does around most others of the column: no text has to be made of those. */
  private know(bytes: Uint8Array, start: number, end: number, length: number): void {
    let from = start
    while (from < end && !isDigit(bytes[from]!)) from++
    if (!isBare(bytes, from, from + length) || from + length > end) return
    this.before = bytes.slice(start, from)
    this.behind = bytes.slice(from + length, end)
  }

  /** Digits with commas, points, blanks and apostrophes between them. */
  private readSigns(bytes: Uint8Array, start: number, end: number): boolean {
    const signs = this.signs
    signs.commas = 0
    signs.points = 0
    signs.blanks = 0
    signs.last = -1
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!
      if (byte === COMMA) signs.commas++
      else if (byte === POINT) signs.points++
      else if (byte === SPACE || byte === APOSTROPHE) signs.blanks++
      if (byte === COMMA || byte === POINT) signs.last = at
    }
    this.style = 0
    this.unclear = CLEAR
    const { points, commas } = this
    const decimalAt = this.decimalSign(bytes, start, end)
    if (!groupsAreRight(bytes, start, decimalAt === -1 ? end : decimalAt)) {
      // What is no number tells nothing.
      this.points = points
      this.commas = commas
      return false
    }
    const parted = signs.commas + signs.points + signs.blanks
    if (parted > (decimalAt === -1 ? 0 : 1)) this.style |= written.grouped
    this.collect(bytes, start, end, decimalAt)
    return true
  }

  /** Where the decimal sign stands, -1 of whole numbers; counts what leaves no doubt. */
  private decimalSign(bytes: Uint8Array, start: number, end: number): number {
    const { commas, points, blanks, last } = this.signs
    if (last === -1) return -1
    const isComma = bytes[last] === COMMA
    const [same, others] = isComma ? [commas, points] : [points, commas]
    if (same > 1) {
      // What comes twice parts thousands, so the other one is the decimal sign.
      if (isComma) this.points++
      else this.commas++
      return -1
    }
    const before = last - start
    if (others === 0 && blanks === 0 && end - last === 4 && before >= 1 && before <= 3 && bytes[start] !== ZERO) {
      this.unclear = isComma ? COMMA_OF_THREE : POINT_OF_THREE
      return isComma ? -1 : last
    }
    if (isComma) {
      this.commas++
      this.style |= written.decimalComma
    } else this.points++
    return last
  }

  private collect(bytes: Uint8Array, start: number, end: number, decimalAt: number): void {
    let [mantissa, digits, decimals] = [0, 0, 0]
    for (let at = start; at < end; at++) {
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
  }
}

/** The length of `known`, 0 where it does not stand at `at`. */
function lengthAt(known: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  if (at < 0 || at + known.length > end) return 0
  for (let offset = 0; offset < known.length; offset++) if (bytes[at + offset] !== known[offset]) return 0
  return known.length
}

/** Whether from a digit to a digit there is nothing but digits and signs between them. */
function isBare(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (!isDigit(byte) && (at === start || at === end - 1 || !isSign(byte))) return false
  }
  return start < end
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9

const isSign = (byte: number): boolean => byte === COMMA || byte === POINT || byte === SPACE || byte === APOSTROPHE

/** Groups before the decimal sign: up to three digits, then two or three each, the last of three. */
function groupsAreRight(bytes: Uint8Array, start: number, end: number): boolean {
  let [group, groups] = [0, 0]
  for (let at = start; at <= end; at++) {
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
