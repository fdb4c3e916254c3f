import type { PurchaseDays } from './purchase-days.ts'

/**
 * What models of repeat buying know of customers with a purchase, a column each. Times in whole days.
 *
 * `repeats` (the literature's x, or frequency) are days with a purchase after the first, `last` (t_x, or recency) is from the first to the last of them,
 * `age` (T) from the first to the end of what was observed: 0 ≤ repeats ≤ last ≤ age.
 */
export interface RepeatPurchases {
  /** Which customer of the rows it is. */
  readonly customer: Int32Array
  readonly repeats: Int32Array
  readonly last: Int32Array
  readonly age: Int32Array
  /** What they spent on a repeat day, on average; 0 without one. */
  readonly meanAmount: Float64Array
}

/** Customers without a purchase are left out. */
export function repeatPurchases({ start, day, amount, until }: PurchaseDays): RepeatPurchases {
  const buyers = Int32Array.from(start.subarray(1), (_, c) => c).filter(c => start[c + 1]! > start[c]!)
  const columns = {
    customer: buyers,
    repeats: new Int32Array(buyers.length),
    last: new Int32Array(buyers.length),
    age: new Int32Array(buyers.length),
    meanAmount: new Float64Array(buyers.length),
  }
  for (let i = 0; i < buyers.length; i++) {
    const [from, end] = [start[buyers[i]!]!, start[buyers[i]! + 1]!]
    const repeats = end - from - 1
    let sum = 0
    for (let at = from + 1; at < end; at++) sum += amount[at]!
    columns.repeats[i] = repeats
    columns.last[i] = day[end - 1]! - day[from]!
    columns.age[i] = until - day[from]!
    columns.meanAmount[i] = repeats === 0 ? 0 : sum / repeats
  }
  return columns
}
