import type { Fields } from './csv-records.ts'
import type { Tally } from './problems.ts'

const BLANK = 32
/** A no-break space, in UTF-8. */
const [NBSP_1, NBSP_2] = [0xc2, 0xa0]

/** What programs write where they have nothing. */
const NOTHING = /^(?:null|none|nan|n\/a|#n\/a|na|nat|\\n|-)$/i

/** Where the value of one column lies in the row at hand, without blanks around it; `start` is `end` where it has none. */
export class Cell {
  start = 0
  end = 0
  readonly place: number
  private readonly trimmed: Tally

  constructor(place: number, trimmed: Tally) {
    this.place = place
    this.trimmed = trimmed
  }

  take(fields: Fields, row: number): void {
    const { place } = this
    if (place < 0 || place >= fields.count) {
      this.start = 0
      this.end = 0
      return
    }
    const { bytes } = fields
    this.start = fields.starts[place]!
    this.end = fields.ends[place]!
    if (this.start < this.end && mayBeBlank(bytes[this.start]!, bytes[this.end - 1]!)) this.trim(bytes, row)
  }

  get empty(): boolean {
    return this.start === this.end
  }

  /** Whether it says in a word that there is nothing. */
  saysNothing(bytes: Buffer): boolean {
    return this.end - this.start <= 4 && NOTHING.test(bytes.toString('latin1', this.start, this.end))
  }

  private trim(bytes: Buffer, row: number): void {
    let { start, end } = this
    for (; start < end; start++)
      if (bytes[start] === NBSP_1 && bytes[start + 1] === NBSP_2) start++
      else if (bytes[start]! > BLANK) break
    for (; start < end; end--)
      if (bytes[end - 1] === NBSP_2 && bytes[end - 2] === NBSP_1) end--
      else if (bytes[end - 1]! > BLANK) break
    // Of what is blank altogether nothing was taken off.
    if (start < end && (start > this.start || end < this.end)) this.trimmed.hit(row, bytes, this.start, this.end)
    this.start = start
    this.end = Math.max(start, end)
  }
}

const mayBeBlank = (first: number, last: number): boolean =>
  first <= BLANK || last <= BLANK || first === NBSP_1 || last === NBSP_2
