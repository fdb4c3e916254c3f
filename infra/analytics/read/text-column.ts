import type { Cell } from './cell.ts'
import type { Fields } from './csv-records.ts'
import { decodeText, isWindows1252 } from './decode-text.ts'
import type { Problems, Tally } from './problems.ts'
import type { FileName } from './validation.ts'

/** What programs write for nothing, as they write it: there are people whose name is Null. */
const NOTHING: ReadonlySet<string> = new Set(['NULL', 'null', 'NaN', 'nan', 'N/A', 'n/a', '#N/A', '\\N'])

/** A column of texts: what is not UTF-8 is read as Windows-1252, and counted; what is empty is counted, too. */
export class TextColumn {
  private readonly cell: Cell
  private readonly foreign: Tally
  private readonly unknown: Tally

  constructor(file: FileName, column: string, cell: Cell, problems: Problems) {
    this.cell = cell
    this.foreign = problems.tally(file, column, 'not_utf8', 'repaired')
    this.unknown = problems.tally(file, column, 'value_unknown', 'kept')
  }

  read(fields: Fields, row: number): string {
    const { cell } = this
    const { bytes } = fields
    cell.take(fields, row)
    if (isWindows1252(bytes, cell.start, cell.end)) this.foreign.hit(row, bytes, cell.start, cell.end)
    const text = decodeText(bytes, cell.start, cell.end)
    if (text !== '' && !NOTHING.has(text)) return text
    if (cell.place !== -1) this.unknown.hit(row, bytes, cell.start, cell.end)
    return ''
  }
}
