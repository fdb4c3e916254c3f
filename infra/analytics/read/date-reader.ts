import { dateExists, daysOf, withDayAsMonth } from './civil-days.ts'
import { dateInWords } from './date-in-words.ts'
import { readTime, type Time } from './read-time.ts'

const DAY = 86_400_000
const [ZERO, DASH, POINT, SLASH, SPACE, LETTER_T] = [48, 45, 46, 47, 32, 84]
/** Of spreadsheets: the day that number 0 stands for, and numbers from 1954 to 2119. */
const SHEET_EPOCH = -25_569
const [SHEET_FROM, SHEET_TO] = [20_000, 80_000]

/** How a date was written. */
export type DateForm = 'iso' | 'year_first' | 'day_first' | 'month_first' | 'either' | 'in_words' | 'compact' | 'unix' | 'sheet'

/**
 * Instants of a column from their bytes, in epoch ms; without a zone they are UTC. `9/12/2010` is read day first until the whole column tells what comes
 * first: `monthFirst`, by majority of the values with a number above 12. With points the day is always first.
 */
export class DateReader {
  /** The last one read. */
  at = 0
  form: DateForm = 'iso'
  /** Values that leave no doubt. */
  dayFirst = 0
  monthsFirst = 0
  private readonly time: Time = { ms: 0, zoned: false }

  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start >= 10 && bytes[start + 4] === DASH && bytes[start + 7] === DASH) {
      const year = digits(bytes, start, start + 4)
      const month = digits(bytes, start + 5, start + 7)
      const day = digits(bytes, start + 8, start + 10)
      if (year >= 0 && month >= 0 && day >= 0) {
        this.form = 'iso'
        return this.take(year, month, day, bytes, start + 10, end)
      }
    }
    return this.readNumbers(bytes, start, end) || this.readWords(bytes, start, end)
  }

  /** Of the whole column: whether its months come first. */
  get monthFirst(): boolean {
    return this.monthsFirst > this.dayFirst
  }

  private take(year: number, month: number, day: number, bytes: Uint8Array, from: number, end: number): boolean {
    if (!dateExists(year, month, day)) return false
    this.at = daysOf(year, month, day) * DAY
    if (from === end) return true
    const separator = bytes[from]! | 32
    if (separator !== SPACE && separator !== (LETTER_T | 32)) return false
    if (!readTime(bytes, from + 1, end, this.time)) return false
    this.at += this.time.ms
    return true
  }

  /** Three numbers, or one. */
  private readNumbers(bytes: Uint8Array, start: number, end: number): boolean {
    const first = digitsEnd(bytes, start, end)
    if (first === start || first - start > 16) return false
    const separator = bytes[first]
    const second = digitsEnd(bytes, first + 1, end)
    const parts = separator === DASH || separator === SLASH || separator === POINT
    if (!parts || second >= end || bytes[second] !== separator) return this.readCount(bytes, start, first, end)
    const third = digitsEnd(bytes, second + 1, end)
    const [a, b, c] = [digits(bytes, start, first), digits(bytes, first + 1, second), digits(bytes, second + 1, third)]
    if (b < 0 || c < 0) return false
    if (first - start === 4) {
      this.form = 'year_first'
      return this.take(a, b, c, bytes, third, end)
    }
    const length = third - second - 1
    if (first - start > 2 || second - first > 3 || (length !== 4 && length !== 2)) return false
    const year = length === 4 ? c : c + (c < 70 ? 2000 : 1900)
    return this.readDayAndMonth(a, b, year, separator === POINT, bytes, third, end)
  }

  private readDayAndMonth(
    a: number,
    b: number,
    year: number,
    points: boolean,
    bytes: Uint8Array,
    from: number,
    end: number,
  ): boolean {
    if (b > 12) {
      this.form = 'month_first'
      if (!this.take(year, a, b, bytes, from, end)) return false
      if (!points) this.monthsFirst++
      return true
    }
    this.form = a > 12 || a === b || points ? 'day_first' : 'either'
    if (!this.take(year, b, a, bytes, from, end)) return false
    if (a > 12 && !points) this.dayFirst++
    if (this.form === 'either' && from < end && this.time.zoned) this.settle()
    return true
  }

  /** An offset may have moved the instant to another day, whose numbers cannot be exchanged later: what is known so far decides. */
  private settle(): void {
    this.form = this.monthFirst ? 'month_first' : 'day_first'
    if (!this.monthFirst) return
    const local = Math.floor((this.at - this.time.ms) / DAY)
    this.at = withDayAsMonth(local) * DAY + this.time.ms
  }

  /** Seconds, milliseconds or microseconds since 1970, days of a spreadsheet, or `20111209`. */
  private readCount(bytes: Uint8Array, start: number, whole: number, end: number): boolean {
    const length = whole - start
    const count = digits(bytes, start, whole)
    let fraction = 0
    if (whole < end) {
      if (bytes[whole] !== POINT || digitsEnd(bytes, whole + 1, end) !== end) return this.readCompact(bytes, start, whole, end)
      fraction = Number(`0${Buffer.from(bytes.buffer, bytes.byteOffset + whole, end - whole).toString('latin1')}`)
      if (Number.isNaN(fraction)) return false
    }
    if (length === 8) return this.readCompact(bytes, start, whole, end)
    if (length === 5 && count >= SHEET_FROM && count <= SHEET_TO) {
      this.form = 'sheet'
      // Spreadsheets keep a time as a share of a day, to the nearest double: whole seconds come out of it a hair off.
      this.at = (count + SHEET_EPOCH) * DAY + Math.round(fraction * 86_400) * 1000
      return true
    }
    this.form = 'unix'
    if (length === 9 || length === 10) this.at = Math.round((count + fraction) * 1000)
    else if (length === 12 || length === 13) this.at = Math.round(count + fraction)
    else if (length === 16) this.at = Math.round(count / 1000)
    else return false
    return true
  }

  private readCompact(bytes: Uint8Array, start: number, whole: number, end: number): boolean {
    if (whole - start !== 8) return false
    this.form = 'compact'
    const year = digits(bytes, start, start + 4)
    if (year < 1900 || year > 2199) return false
    return this.take(year, digits(bytes, start + 4, start + 6), digits(bytes, start + 6, whole), bytes, whole, end)
  }

  private readWords(bytes: Uint8Array, start: number, end: number): boolean {
    const plain = dateInWords(bytes, start, end)
    if (plain === undefined) return false
    const read = this.read(plain.bytes, 0, plain.bytes.length)
    if (plain.hasWords) this.form = 'in_words'
    return read
  }
}

/** The number that digits come to, -1 where there is anything else. */
function digits(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1
  let number = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9) at++
  return at
}
