import { DataValidationError } from '../customer-analytics-error.ts'
import { Cell } from './cell.ts'
import { type Columns, type CsvHeader, csvHeader } from './csv-header.ts'
import { CsvRecords, type Fields, MAX_FIELDS, type RecordTaker } from './csv-records.ts'
import { type CsvSource, openCsv } from './csv-source.ts'
import type { MemoryAllowance } from './memory-allowance.ts'
import type { Problems, Tally } from './problems.ts'
import type { FileName, FileTotals } from './validation.ts'

/** How far reading is, in bytes on disk. */
export interface ReadProgress {
  readonly file: FileName
  readonly read: number
  readonly total: number
  readonly rows: number
}

export interface Reading {
  readonly problems: Problems
  readonly allowance: MemoryAllowance
  readonly say?: ((progress: ReadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Who makes a table of rows. */
export interface TableTaker {
  /** A row that has the columns it needs. */
  row(fields: Fields, row: number): void
  /** Bytes that grow with the file: of columns, and of the heap. */
  memory(): { bytes: number; heap: number }
}

/** What of a file is known without its rows. */
export type RowsRead = Omit<FileTotals, 'used' | 'leftOut' | 'readAs'> & { readonly absent: readonly string[] }

/**
 * Reads one file row by row; what is no row of the table is left out and counted here. Throws a `DataValidationError` for what is no such file.
 *
 * @param takerOf gets how much of the file is read, too, from 0 to 1
 */
export async function readRows<Name extends string, Taker extends TableTaker>(
  file: FileName,
  path: string,
  columns: Columns,
  takerOf: (cells: Readonly<Record<Name, Cell>>, share: () => number) => Taker,
  { problems, allowance, say, signal }: Reading,
): Promise<{ taker: Taker; read: RowsRead }> {
  const source = await openCsv(path)
  try {
    const header = csvHeader(source.name, source.head, columns)
    const taker = takerOf(cellsOf(file, header, problems) as Record<Name, Cell>, () => shareOf(source.progress()))
    const screen = new Screen(file, header, columns.required, problems, taker)
    const records = new CsvRecords(header.delimiter.charCodeAt(0), screen)
    let skip = header.skip
    for await (const chunk of source.chunks) {
      signal?.throwIfAborted()
      records.push(skip === 0 ? chunk : chunk.subarray(skip))
      skip = 0
      const progress = source.progress()
      allowance.check({ file: source.name, ...taker.memory(), ...progress })
      say?.({ file, ...progress, rows: screen.rows })
    }
    records.end()
    allowance.keep(taker.memory())
    const read = rowsRead(source, header, screen.rows, columns)
    for (const column of read.absent) problems.tally(file, column, 'column_absent', 'kept').rows += read.rows
    return { taker, read }
  } finally {
    source.close()
  }
}

const shareOf = ({ read, total }: { read: number; total: number }): number => read / Math.max(1, total)

function rowsRead(source: CsvSource, header: CsvHeader, rows: number, { optional }: Columns): RowsRead {
  const { name, compression, encoding } = source
  if (rows === 0) throw new DataValidationError('rows_missing', `${name} has a header and no rows.`)
  const absent = optional.filter(column => header.places[column] === -1)
  return { name, compression, encoding, delimiter: header.delimiter, columns: header.names, rows, absent }
}

function cellsOf(file: FileName, { places, twice }: CsvHeader, problems: Problems): Record<string, Cell> {
  for (const column of twice) problems.tally(file, column, 'column_twice', 'kept').say(1, column)
  return Object.fromEntries(
    Object.entries(places).map(([column, place]) => [
      column,
      new Cell(place, problems.tally(file, column, 'trimmed', 'repaired')),
    ]),
  )
}

/** Of a row that is nothing but delimiters, as spreadsheets write below a table. */
const isBlank = ({ starts, ends, count }: Fields): boolean => {
  for (let field = 0; field < Math.min(count, MAX_FIELDS); field++) if (starts[field] !== ends[field]) return false
  return true
}

/** Lets rows of the table pass; the header, again, and what is broken stay behind. */
class Screen implements RecordTaker {
  rows = 0
  private headerSeen = false
  private readonly header: CsvHeader
  private readonly taker: TableTaker
  /** The first column that is needed, by which a header is known again. */
  private readonly key: number
  private readonly lastNeeded: number
  private readonly count: number
  private readonly tallyOf: (code: Parameters<Problems['tally']>[2]) => Tally

  constructor(file: FileName, header: CsvHeader, required: readonly string[], problems: Problems, taker: TableTaker) {
    this.header = header
    this.taker = taker
    this.key = header.places[required[0]!]!
    this.lastNeeded = Math.max(...required.map(column => header.places[column]!))
    this.count = header.names.length
    this.tallyOf = code => problems.tally(file, null, code, 'left_out')
  }

  row(fields: Fields, row: number) {
    if (!this.headerSeen) {
      this.headerSeen = true
      return
    }
    if (isBlank(fields)) return
    this.rows++
    const { count } = fields
    if (count !== this.count && this.isMisshapen(fields, row)) return
    if (this.hasHeaderKey(fields) && this.isHeader(fields)) return this.leaveOut('header_repeated', fields, row)
    this.taker.row(fields, row)
  }

  broken(how: 'quotes_broken' | 'row_too_long' | 'nul_bytes', row: number, bytes: Buffer, start: number, end: number): void {
    this.rows++
    this.tallyOf(how).hit(row, bytes, start, end)
  }

  /** Too few fields to have what is needed, or more than the header unless they are empty. */
  private isMisshapen(fields: Fields, row: number): boolean {
    if (fields.count <= this.lastNeeded) {
      this.leaveOut('fields_lacking', fields, row)
      return true
    }
    for (let field = this.count; field < Math.min(fields.count, MAX_FIELDS); field++) {
      if (fields.starts[field] === fields.ends[field]) continue
      this.leaveOut('fields_surplus', fields, row)
      return true
    }
    return false
  }

  /** Looked at in every row, so without a text of it. */
  private hasHeaderKey({ bytes, starts, ends }: Fields): boolean {
    const name = this.header.names[this.key]!
    const [start, end] = [starts[this.key]!, ends[this.key]!]
    if (end - start < name.length) return false
    // Small letters and capitals differ in one bit, which blanks have.
    let at = start
    while (bytes[at] === 32) at++
    for (let letter = 0; letter < name.length; letter++)
      if ((bytes[at + letter]! | 32) !== (name.charCodeAt(letter) | 32)) return false
    return true
  }

  private isHeader({ bytes, starts, ends }: Fields): boolean {
    return Object.values(this.header.places).every(
      place =>
        place === -1 ||
        bytes.toString('utf8', starts[place]!, ends[place]!).trim().toLowerCase() === this.header.names[place]!.toLowerCase(),
    )
  }

  private leaveOut(
    code: 'header_repeated' | 'fields_surplus' | 'fields_lacking',
    { bytes, starts, ends, count }: Fields,
    row: number,
  ) {
    this.tallyOf(code).hit(row, bytes, starts[0]!, ends[Math.min(count, MAX_FIELDS) - 1]!)
  }
}
