import type { LineColumns } from '../shop-columns.ts'

/** Lines in which customers took something, those of customer c from `start[c]` up to `start[c + 1]`, in the order of time. */
export interface Purchases {
  readonly start: Int32Array
  /** Rows of the lines' columns. */
  readonly row: Int32Array
}

/** Fewer are put in order by insertion, which costs nothing where they are in order already. */
const FEW = 64

/** What was given away counts, as it does in production; what came back does not. Lines of one instant keep the order they are in. @param until epoch ms, itself left out */
export function purchasesByCustomer(lines: LineColumns, customers: number, until = Number.POSITIVE_INFINITY): Purchases {
  const { customer, at, amount, quantity } = lines
  const start = new Int32Array(customers + 1)
  const counts = (i: number) => quantity[i]! > 0 && amount[i]! >= 0 && at[i]! < until && at[i]! > Number.NEGATIVE_INFINITY
  for (let i = 0; i < customer.length; i++) if (counts(i)) start[customer[i]! + 1]!++
  for (let c = 0; c < customers; c++) start[c + 1]! += start[c]!
  const row = new Int32Array(start[customers]!)
  const next = start.slice(0, customers)
  for (let i = 0; i < customer.length; i++) if (counts(i)) row[next[customer[i]!]!++] = i
  for (let c = 0; c < customers; c++) inOrder(row.subarray(start[c]!, start[c + 1]!), at)
  return { start, row }
}

/** Stable. */
function inOrder(rows: Int32Array, at: Float64Array): void {
  if (rows.length > FEW) {
    rows.sort((a, b) => at[a]! - at[b]! || a - b)
    return
  }
  for (let k = 1; k < rows.length; k++) {
    const row = rows[k]!
    let place = k
    for (; place > 0 && at[rows[place - 1]!]! > at[row]!; place--) rows[place] = rows[place - 1]!
    rows[place] = row
  }
}
