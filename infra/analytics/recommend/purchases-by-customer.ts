import type { LineColumns } from '../shop-columns.ts'

/** What customers took, side by side for each: customer c's from `start[c]` up to `end[c]`, in the order of time. */
export interface Purchases {
  readonly start: Int32Array
  readonly end: Int32Array
  readonly product: Int32Array
  /** Epoch ms. */
  readonly at: Float64Array
  /** 1 of what was given away. */
  readonly free: Uint8Array
}

type Columns = Pick<Purchases, 'product' | 'at' | 'free'>

/** Fewer are put in order by insertion, which costs nothing where they are in order already. */
const FEW = 64

/** What was given away counts, as it does in production; what came back does not. Lines of one instant keep the order they are in. */
export function purchasesByCustomer(lines: LineColumns, customers: number): Purchases {
  const { customer, amount, quantity, at, product } = lines
  const start = new Int32Array(customers + 1)
  for (let i = 0; i < customer.length; i++)
    if (quantity[i]! > 0 && amount[i]! >= 0 && Number.isFinite(at[i])) start[customer[i]! + 1]!++
  for (let c = 0; c < customers; c++) start[c + 1]! += start[c]!
  const counted = start[customers]!
  const columns = { product: new Int32Array(counted), at: new Float64Array(counted), free: new Uint8Array(counted) }
  const end = start.slice(0, customers)
  for (let i = 0; i < customer.length; i++) {
    if (!(quantity[i]! > 0 && amount[i]! >= 0 && Number.isFinite(at[i]))) continue
    const place = end[customer[i]!]!++
    columns.product[place] = product[i]!
    columns.at[place] = at[i]!
    columns.free[place] = amount[i]! > 0 ? 0 : 1
  }
  for (let c = 0; c < customers; c++)
    if (end[c]! - start[c]! > FEW) sort(columns, start[c]!, end[c]!)
    else insert(columns, start[c]!, end[c]!)
  return { start, end, ...columns }
}

/** The same without what was bought at `cut` (epoch ms) or later. */
export function purchasesBefore(purchases: Purchases, cut: number): Purchases {
  const { start, at } = purchases
  const end = purchases.end.slice()
  for (let c = 0; c < end.length; c++) while (end[c]! > start[c]! && at[end[c]! - 1]! >= cut) end[c]!--
  return { ...purchases, end }
}

/** Stable. */
function insert({ product, at, free }: Columns, start: number, end: number): void {
  for (let k = start + 1; k < end; k++) {
    if (at[k - 1]! <= at[k]!) continue
    const [what, when, given] = [product[k]!, at[k]!, free[k]!]
    let place = k
    for (; place > start && at[place - 1]! > when; place--) {
      product[place] = product[place - 1]!
      at[place] = at[place - 1]!
      free[place] = free[place - 1]!
    }
    product[place] = what
    at[place] = when
    free[place] = given
  }
}

/** Stable too. */
function sort(columns: Columns, start: number, end: number): void {
  const [product, at, free] = [columns.product.slice(start, end), columns.at.slice(start, end), columns.free.slice(start, end)]
  const order = Int32Array.from(product.keys()).sort((a, b) => at[a]! - at[b]! || a - b)
  for (const [k, from] of order.entries()) {
    columns.product[start + k] = product[from]!
    columns.at[start + k] = at[from]!
    columns.free[start + k] = free[from]!
  }
}
