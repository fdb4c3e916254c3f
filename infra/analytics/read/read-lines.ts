import type { Cell } from './cell.ts'
import type { Fields } from './csv-records.ts'
import { DateColumn } from './date-column.ts'
import { Ids } from './ids.ts'
import { BYTES_A_LINE, LineStore, PRICE_BITS, QUANTITY_BITS } from './line-store.ts'
import { NumberColumn } from './number-column.ts'
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
type Why =
  | 'noCustomer'
  | 'noProduct'
  | 'noDate'
  | 'noPrice'
  | 'noQuantity'
  | 'noOrder'
  | 'tooLong'
  | 'badDate'
  | 'badPrice'
  | 'badQuantity'

/** The file of transactions, a row a line of an order, until all of it is read: what depends on the whole of a column is still open. */
export class LineRows implements TableTaker {
  readonly store = new LineStore()
  readonly rows = new RowNumbers()
  readonly orders = new Ids()
  readonly dates: DateColumn
  readonly prices: NumberColumn
  readonly quantities: NumberColumn
  private readonly cells: Readonly<Record<Name, Cell>>
  private readonly customers: Ids
  private readonly products: Ids
  private readonly expected: () => number
  private readonly tallies: Readonly<Record<Why, Tally>>
  /** Memory that the other files have taken already. */
  private readonly before: number

  /** @param share how much of the file is read, from 0 to 1 */
  constructor(cells: Readonly<Record<Name, Cell>>, customers: Ids, products: Ids, problems: Problems, share: () => number) {
    this.cells = cells
    this.customers = customers
    this.products = products
    this.before = customers.bytes + products.bytes
    this.expected = () => Math.ceil((1.03 * this.store.length) / Math.max(share(), 0.001))
    this.dates = new DateColumn(FILE, 'purchase_date', problems)
    this.prices = new NumberColumn(FILE, 'price', UNIT, problems)
    this.quantities = new NumberColumn(FILE, 'quantity', 1, problems)
    this.tallies = {
      noCustomer: problems.tally(FILE, 'customer_id', 'value_missing', 'left_out'),
      noProduct: problems.tally(FILE, 'product_id', 'value_missing', 'left_out'),
      noDate: problems.tally(FILE, 'purchase_date', 'value_missing', 'left_out'),
      noPrice: problems.tally(FILE, 'price', 'value_missing', 'left_out'),
      noQuantity: problems.tally(FILE, 'quantity', 'quantity_assumed', 'repaired'),
      noOrder: problems.tally(FILE, 'transaction_id', 'order_id_missing', 'kept'),
      tooLong: problems.tally(FILE, null, 'id_too_long', 'left_out'),
      badDate: problems.tally(FILE, 'purchase_date', 'date_unreadable', 'left_out'),
      badPrice: problems.tally(FILE, 'price', 'number_unreadable', 'left_out'),
      badQuantity: problems.tally(FILE, 'quantity', 'quantity_unreadable', 'left_out'),
    }
  }

  row(fields: Fields, row: number) {
    const { bytes } = fields
    const { customer_id: customer, product_id: product, transaction_id: order } = this.cells
    if (!this.hasValue(customer, fields, row, 'noCustomer') || !this.hasValue(product, fields, row, 'noProduct')) return
    if (!this.readDate(fields, row) || !this.readPrice(fields, row)) return
    const { dates, prices, store } = this
    const pieces = this.readQuantity(fields, row)
    if (Number.isNaN(pieces)) return
    const turn =
      (dates.either ? 1 : 0) |
      (prices.unclear << PRICE_BITS) |
      (this.cells.quantity.empty ? 0 : this.quantities.unclear << QUANTITY_BITS)
    const orderNumber = this.orderOf(order, fields, row)
    const customerNumber = orderNumber === -2 ? -1 : this.customers.number(bytes, customer.start, customer.end)
    const productNumber = customerNumber === -1 ? -1 : this.products.number(bytes, product.start, product.end)
    if (productNumber === -1) return this.tallies.tooLong.hit(row, bytes, customer.start, customer.end)
    this.rows.note(store.length, row)
    store.push(customerNumber, productNumber, orderNumber, dates.at, prices.value, pieces, turn, this.expected)
  }

  memory(): number {
    const { store, customers, products, orders, rows } = this
    return (
      store.length * (BYTES_A_LINE + CHECK_BYTES_A_LINE) +
      customers.bytes +
      products.bytes +
      orders.bytes +
      rows.bytes -
      this.before
    )
  }

  private hasValue(cell: Cell, fields: Fields, row: number, why: Why): boolean {
    cell.take(fields, row)
    if (!cell.empty && (cell.end - cell.start > 4 || !cell.saysNothing(fields.bytes))) return true
    this.tallies[why].hit(row, fields.bytes, cell.start, cell.end)
    return false
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
    if (cell.place === -1) return 1
    cell.take(fields, row)
    if (!cell.empty && this.quantities.read(fields.bytes, cell, row)) return this.quantities.value
    if (cell.empty || cell.saysNothing(fields.bytes)) {
      this.tallies.noQuantity.hit(row, fields.bytes, cell.start, cell.end)
      return 1
    }
    this.tallies.badQuantity.hit(row, fields.bytes, cell.start, cell.end)
    return Number.NaN
  }

  /** -1 without an id, -2 with one that is too long. */
  private orderOf(cell: Cell, fields: Fields, row: number): number {
    cell.take(fields, row)
    if (!cell.empty && (cell.end - cell.start > 4 || !cell.saysNothing(fields.bytes))) {
      const number = this.orders.number(fields.bytes, cell.start, cell.end)
      return number === -1 ? -2 : number
    }
    this.tallies.noOrder.hit(row, fields.bytes, cell.start, cell.end)
    return -1
  }

  private leaveOut(cell: Cell, { bytes }: Fields, row: number, missing: Why, unreadable: Why): void {
    const why = cell.empty || cell.saysNothing(bytes) ? missing : unreadable
    this.tallies[why].hit(row, bytes, cell.start, cell.end)
  }
}
