import { ByteTable } from './byte-table.ts'
import type { Cell } from './cell.ts'
import type { Fields } from './csv-records.ts'
import { DateColumn } from './date-column.ts'
import { IdColumn } from './id-column.ts'
import { BYTES_A_LINE, LineStore, PRICE_BITS, QUANTITY_BITS } from './line-store.ts'
import { NumberColumn } from './number-column.ts'
import type { Unclear } from './number-reader.ts'
import type { Problems, Tally } from './problems.ts'
import type { TableTaker } from './read-rows.ts'
import { RowNumbers } from './row-numbers.ts'

const FILE = 'transactions'
/** 1/10,000 of the major unit. */
const UNIT = 10_000
/** What looking for repeated lines takes on top. */
const CHECK_BYTES_A_LINE = 9

export const lineColumns = {
  required: ['transaction_id', 'customer_id', 'product_id', 'purchase_date', 'price'],
  optional: ['quantity'],
} as const

type Name = (typeof lineColumns.required)[number] | (typeof lineColumns.optional)[number]
type Why = 'noDate' | 'noPrice' | 'noQuantity' | 'badDate' | 'badPrice' | 'badQuantity'

/** The file of transactions, a row a line of an order, until all of it is read: what depends on the whole of a column is still open. */
export class LineRows implements TableTaker {
  readonly store = new LineStore()
  readonly rows = new RowNumbers()
  readonly orders = new ByteTable()
  readonly dates: DateColumn
  readonly prices: NumberColumn
  readonly quantities: NumberColumn
  private readonly cells: Readonly<Record<Name, Cell>>
  private readonly customer: IdColumn
  private readonly product: IdColumn
  private readonly order: IdColumn
  /** All tables of ids. */
  private readonly tables: readonly ByteTable[]
  private readonly expected: () => number
  private readonly tallies: Readonly<Record<Why, Tally>>
  private unclearPieces: Unclear = 0
  /** Memory that the other files have taken already. */
  private readonly before: number

  /** @param share how much of the file is read, from 0 to 1 */
  constructor(
    cells: Readonly<Record<Name, Cell>>,
    customers: ByteTable,
    products: ByteTable,
    problems: Problems,
    share: () => number,
  ) {
    this.cells = cells
    this.customer = new IdColumn(FILE, 'customer_id', cells.customer_id, customers, problems)
    this.product = new IdColumn(FILE, 'product_id', cells.product_id, products, problems)
    this.order = new IdColumn(FILE, 'transaction_id', cells.transaction_id, this.orders, problems, 'kept')
    this.tables = [customers, products, this.orders]
    this.before = customers.bytes + products.bytes
    this.expected = () => Math.ceil((1.03 * this.store.length) / Math.max(share(), 0.001))
    this.dates = new DateColumn(FILE, 'purchase_date', problems)
    this.prices = new NumberColumn(FILE, 'price', UNIT, problems)
    this.quantities = new NumberColumn(FILE, 'quantity', 1, problems)
    this.tallies = {
      noDate: problems.tally(FILE, 'purchase_date', 'value_missing', 'left_out'),
      noPrice: problems.tally(FILE, 'price', 'value_missing', 'left_out'),
      noQuantity: problems.tally(FILE, 'quantity', 'quantity_assumed', 'repaired'),
      badDate: problems.tally(FILE, 'purchase_date', 'date_unreadable', 'left_out'),
      badPrice: problems.tally(FILE, 'price', 'number_unreadable', 'left_out'),
      badQuantity: problems.tally(FILE, 'quantity', 'quantity_unreadable', 'left_out'),
    }
  }

  row(fields: Fields, row: number) {
    if (this.customer.take(fields, row) !== 'id' || this.product.take(fields, row) !== 'id') return
    if (!this.readDate(fields, row) || !this.readPrice(fields, row)) return
    const pieces = this.readQuantity(fields, row)
    if (Number.isNaN(pieces)) return
    const order = this.order.take(fields, row)
    if (order === 'too_long') return
    const { dates, prices, store } = this
    const turn = (dates.either ? 1 : 0) | (prices.unclear << PRICE_BITS) | (this.unclearPieces << QUANTITY_BITS)
    this.rows.note(store.length, row)
    store.push(
      this.customer.number(),
      this.product.number(),
      order === 'id' ? this.order.number() : -1,
      dates.at,
      prices.value,
      pieces,
      turn,
      this.expected,
    )
  }

  memory() {
    const ids = this.tables.reduce((sum, { bytes }) => sum + bytes, 0)
    const lines = this.store.length * (BYTES_A_LINE + CHECK_BYTES_A_LINE)
    return { bytes: lines + ids - this.before, heap: this.rows.bytes }
  }

  private readDate(fields: Fields, row: number): boolean {
    const cell = this.cells.purchase_date
    cell.take(fields, row)
    if (!cell.empty && this.dates.read(fields.bytes, cell, row)) return true
    this.leaveOut(cell, fields, row, 'noDate', 'badDate')
    return false
  }

  private readPrice(fields: Fields, row: number): boolean {
    const cell = this.cells.price
    cell.take(fields, row)
    if (!cell.empty && this.prices.read(fields.bytes, cell, row)) return true
    this.leaveOut(cell, fields, row, 'noPrice', 'badPrice')
    return false
  }

  /** 1 where none is told, NaN where it is no number. */
  private readQuantity(fields: Fields, row: number): number {
    const cell = this.cells.quantity
    this.unclearPieces = 0
    if (cell.place === -1) return 1
    cell.take(fields, row)
    if (!cell.empty && this.quantities.read(fields.bytes, cell, row)) {
      this.unclearPieces = this.quantities.unclear
      return this.quantities.value
    }
    if (cell.empty || cell.saysNothing(fields.bytes)) {
      this.tallies.noQuantity.hit(row, fields.bytes, cell.start, cell.end)
      return 1
    }
    this.tallies.badQuantity.hit(row, fields.bytes, cell.start, cell.end)
    return Number.NaN
  }

  private leaveOut(cell: Cell, { bytes }: Fields, row: number, missing: Why, unreadable: Why): void {
    const why = cell.empty || cell.saysNothing(bytes) ? missing : unreadable
    this.tallies[why].hit(row, bytes, cell.start, cell.end)
  }
}
