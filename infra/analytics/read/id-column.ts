import { type ByteTable, MAX_KEY } from './byte-table.ts'
import type { Cell } from './cell.ts'
import type { Fields } from './csv-records.ts'
import { decodeText, isAscii } from './decode-text.ts'
import type { Problems, Tally } from './problems.ts'
import type { FileName, Treatment } from './validation.ts'

const [ZERO, POINT, PLUS, LETTER_E] = [48, 46, 43, 69]
const EXPONENT = /^\d(?:\.\d+)?E\+\d+$/

/** A column of ids. One id is one however its file spells its letters: in UTF-8 or Windows-1252, composed or not. */
export class IdColumn {
  private bytes: Uint8Array = new Uint8Array()
  private start = 0
  private end = 0
  private readonly cell: Cell
  private readonly table: ByteTable
  private readonly missing: Tally
  private readonly tooLong: Tally
  private readonly decimal: Tally
  private readonly exponent: Tally

  /** @param missing what becomes of rows without an id: they are left out, or kept for what else they say */
  constructor(
    file: FileName,
    column: string,
    cell: Cell,
    table: ByteTable,
    problems: Problems,
    missing: Extract<Treatment, 'left_out' | 'kept'> = 'left_out',
  ) {
    this.cell = cell
    this.table = table
    this.missing = problems.tally(file, column, missing === 'kept' ? 'order_id_missing' : 'value_missing', missing)
    this.tooLong = problems.tally(file, column, 'id_too_long', 'left_out')
    this.decimal = problems.tally(file, column, 'id_decimal', 'repaired')
    this.exponent = problems.tally(file, column, 'id_exponent', 'kept')
  }

  /** Takes the id of a row, without a number for it yet; false where it has none, or none that can be used. */
  take(fields: Fields, row: number): 'id' | 'missing' | 'too_long' {
    const { bytes } = fields
    const { cell } = this
    cell.take(fields, row)
    if (cell.empty || (cell.end - cell.start <= 4 && cell.saysNothing(bytes))) {
      this.missing.hit(row, bytes, cell.start, cell.end)
      return 'missing'
    }
    this.bytes = bytes
    this.start = cell.start
    this.end = cell.end
    if (!isAscii(bytes, cell.start, cell.end)) this.compose()
    else if (bytes[cell.end - 1]! <= ZERO + 9) this.mend(bytes, row)
    if (this.end - this.start <= MAX_KEY) return 'id'
    this.tooLong.hit(row, bytes, cell.start, cell.end)
    return 'too_long'
  }

  /** The number of the id that was taken. */
  number(): number {
    return this.table.number(this.bytes, this.start, this.end)
  }

  private compose(): void {
    this.bytes = Buffer.from(decodeText(this.bytes, this.start, this.end).normalize('NFC'))
    this.start = 0
    this.end = this.bytes.length
  }

  /** What programs make of ids that are digits: `17850.0`, which is put right, and `4.2E+12`, which has lost its digits. */
  private mend(bytes: Buffer, row: number): void {
    const { start, end } = this
    if (bytes[end - 1] === ZERO && bytes[end - 2] === POINT && end - start > 2) {
      for (let at = start; at < end - 2; at++) if (bytes[at]! < ZERO || bytes[at]! > ZERO + 9) return
      this.end = end - 2
      this.decimal.hit(row, bytes, start, end)
    } else if (end - start > 4 && (isExponent(bytes, end - 3) || isExponent(bytes, end - 4)))
      if (EXPONENT.test(bytes.toString('latin1', start, end))) this.exponent.hit(row, bytes, start, end)
  }
}

const isExponent = (bytes: Buffer, at: number): boolean => bytes[at] === LETTER_E && bytes[at + 1] === PLUS
