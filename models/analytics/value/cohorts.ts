import { firstDayOf, monthOf } from './months.ts'
import type { PurchaseDays } from './purchase-days.ts'

/**
 * How many customers of each month of first purchase bought again, month after month. Row-major: row i is of those who first bought in month `first + i`
 * (months since January 1970), column k of the k-th month after; columns beyond what was observed are 0 and no finding (`columnsOf`).
 */
export interface Cohorts {
  readonly first: number
  readonly months: number
  /** How many customers began in each month. */
  readonly size: Int32Array
  readonly active: Int32Array
  /** What they spent, in the unit of amounts. */
  readonly spent: Float64Array
  /** Customers who began before the first of these months: nobody reads a table of more than MOST, and one wrong date would make one. */
  readonly earlier: number
  /** Whether the last month is not over, so that its shares will still rise. */
  readonly lastIsPartial: boolean
}

const MOST = 240

/** Null where nobody bought anything. */
export function cohortsOf({ start, day, amount, until }: PurchaseDays): Cohorts | null {
  if (day.length === 0) return null
  const last = monthOf(until)
  const first = Math.max(last - MOST + 1, monthOf(day.reduce((least, one) => Math.min(least, one), day[0]!)))
  const months = last - first + 1
  const cohorts = {
    size: new Int32Array(months),
    active: new Int32Array(months * months),
    spent: new Float64Array(months * months),
  }
  let earlier = 0
  for (let c = 0; c + 1 < start.length; c++) {
    const [from, end] = [start[c]!, start[c + 1]!]
    if (end === from) continue
    const began = monthOf(day[from]!) - first
    if (began < 0) {
      earlier++
      continue
    }
    cohorts.size[began]!++
    let before = -1
    for (let at = from; at < end; at++) {
      const month = monthOf(day[at]!) - first - began
      const cell = began * months + month
      if (month !== before) cohorts.active[cell]!++
      cohorts.spent[cell]! += amount[at]!
      before = month
    }
  }
  return { first, months, ...cohorts, earlier, lastIsPartial: until + 1 < firstDayOf(last + 1) }
}

/** How many months of a cohort were observed, its first one included. */
export const columnsOf = ({ months }: Cohorts, row: number): number => months - row

/** The share of a cohort that bought in the k-th month after its first; null where it is empty or that month has not come. */
export function retention(cohorts: Cohorts, row: number, k: number): number | null {
  const size = cohorts.size[row] ?? 0
  return size === 0 || k >= columnsOf(cohorts, row) ? null : cohorts.active[row * cohorts.months + k]! / size
}
