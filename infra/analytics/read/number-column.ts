import type { Cell } from './cell.ts'
import { NumberReader, POINT_OF_THREE, type Unclear } from './number-reader.ts'
import { written } from './plain-digits.ts'
import type { ProblemCode } from './problem-codes.ts'
import type { Problems, Tally } from './problems.ts'
import type { FileName } from './validation.ts'

const styles: readonly (readonly [bit: number, code: ProblemCode])[] = [
  [written.grouped, 'number_grouped'],
  [written.decimalComma, 'decimal_comma'],
  [written.currency, 'currency_sign'],
  [written.otherDigits, 'digits_not_latin'],
  [written.exponent, 'number_exponent'],
  [written.sign, 'number_sign'],
]

/** A column of numbers, what was repaired in it counted. */
export class NumberColumn {
  /** The last one read, times `unit`; whole where `unit` is above 1. */
  value = 0
  unclear: Unclear = 0
  private readonly reader = new NumberReader()
  private readonly tallies: readonly (readonly [number, Tally])[]
  private readonly unclearOnes: Tally
  private readonly mixedOnes: Tally
  private readonly ofThree: Tally
  private readonly unit: number

  constructor(file: FileName, column: string, unit: number, problems: Problems) {
    this.unit = unit
    this.tallies = styles.map(([bit, code]) => [bit, problems.tally(file, column, code, 'repaired')])
    this.unclearOnes = problems.tally(file, column, 'comma_unclear', 'kept')
    this.mixedOnes = problems.tally(file, column, 'comma_mixed', 'kept')
    this.ofThree = problems.scratch(file, column, 'comma_unclear')
  }

  read(bytes: Buffer, { start, end }: Cell, row: number): boolean {
    const { reader, unit } = this
    if (!reader.read(bytes, start, end)) return false
    const { decimals, unclear } = reader
    const value = decimals === 0 ? reader.mantissa * unit : (reader.mantissa * unit) / 10 ** decimals
    // Written so, -0 is 0 and compares as it.
    this.value = (unit === 1 ? value : Math.round(value)) + 0
    this.unclear = unclear
    if (reader.style !== 0)
      for (const [bit, tally] of this.tallies) if ((reader.style & bit) !== 0) tally.hit(row, bytes, start, end)
    if (unclear !== 0) this.ofThree.hit(row, bytes, start, end)
    return true
  }

  /** A value that was unclear when it was read, now that the whole column is known. */
  settled(value: number, unclear: Unclear): number {
    if (unclear === 0 || !this.reader.decimalComma) return value
    return unclear === POINT_OF_THREE ? Math.round(value * 1000) : this.unit === 1 ? value / 1000 : Math.round(value / 1000)
  }

  /** Whether values that were unclear are other than they were read. */
  get turns(): boolean {
    return this.reader.decimalComma && this.ofThree.rows > 0
  }

  /** Counts what stayed unclear; says how the column was read. */
  finish(): string {
    const { points, commas, decimalComma } = this.reader
    if (points === 0 && commas === 0) this.unclearOnes.add(this.ofThree)
    else if (points > 0 && commas > 0) this.mixedOnes.add(this.ofThree)
    return decimalComma ? 'decimal comma' : 'decimal point'
  }
}
