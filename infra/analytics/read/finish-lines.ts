import type { LineColumns } from '../shop-columns.ts'
import type { ByteTable } from './byte-table.ts'
import { checkLines, settleLines, withoutMarked } from './check-lines.ts'
import type { LineStore } from './line-store.ts'
import type { Problems } from './problems.ts'
import type { LineRows } from './read-lines.ts'
import { renumber } from './renumber.ts'

export interface OtherFiles {
  /** How many customers and products have rows of their own; those with higher numbers only lines name. */
  readonly own: { readonly customers: number; readonly products: number }
  readonly registeredDay: Int32Array
  /** Prices of products with rows of their own, NaN where unknown. */
  readonly listed: Float64Array
  readonly customerIds: ByteTable
  readonly productIds: ByteTable
  /** Whether lines that repeat another one count. */
  readonly keepRepeated: boolean
}

export interface FinishedLines {
  readonly lines: LineColumns
  /** Numbers, among the ids, of customers and products that only lines name, in the order of their rows. */
  readonly strangers: Int32Array
  readonly unknown: Int32Array
  readonly readAs: Readonly<Record<string, string>>
}

/** The lines of a shop, once all of their file is read: settled, checked, and with numbers that have no gaps. */
export function finishLines(rows: LineRows, others: OtherFiles, now: number, problems: Problems): FinishedLines {
  const { store } = rows
  settleLines(rows)
  withoutMarked(store, checkLines(rows, others, now, problems))
  const { own, customerIds, productIds } = others
  const [customer, product, order] = [store.customer, store.product, store.order].map(column =>
    column.subarray(0, store.length),
  ) as [Int32Array, Int32Array, Int32Array]
  const strangers = renumber(customer, own.customers, customerIds.size)
  const unknown = renumber(product, own.products, productIds.size)
  const orders = renumber(order, 0, numberOrderless(order, rows.orders.size)).length
  const [at, quantity] = [store.at.subarray(0, store.length), store.quantity.subarray(0, store.length)]
  const readAs = { purchase_date: rows.dates.finish(), price: rows.prices.finish(), quantity: rows.quantities.finish() }
  return { lines: { customer, product, order, orders, at, amount: amounts(store), quantity }, strangers, unknown, readAs }
}

/** Lines without an order's id become orders of their own; returns how many numbers there are then. */
function numberOrderless(order: Int32Array, size: number): number {
  let next = size
  for (let line = 0; line < order.length; line++) if (order[line] === -1) order[line] = next++
  return next
}

/** Prices times quantities, in place; what a line takes back is below 0 in both. */
function amounts({ price, quantity, length }: LineStore): Float64Array {
  for (let line = 0; line < length; line++) {
    const [paid, pieces] = [price[line]!, quantity[line]!]
    if (paid < 0 && pieces > 0) quantity[line] = -pieces
    const amount = Math.round(Math.abs(paid * pieces))
    price[line] = (paid < 0 || pieces < 0) && amount > 0 ? -amount : amount
  }
  return price.subarray(0, length)
}
