import type { RfmColumns } from '../../../models/analytics/rfm/rfm-columns.ts'
import { cohortsOf, columnsOf, retention } from '../../../models/analytics/value/cohorts.ts'
import { monthName, monthOf } from '../../../models/analytics/value/months.ts'
import type { PurchaseDays } from '../../../models/analytics/value/purchase-days.ts'
import { purchaseIntervals, rhythmOf } from '../../../models/analytics/value/purchase-intervals.ts'
import { monthSeasons, type Seasons, weekdaySeasons } from '../../../models/analytics/value/seasons.ts'
import type { ShopColumns } from '../shop-columns.ts'
import type { Table } from '../table.ts'
import { major } from './in-words.ts'
import { tableOf } from './table-of.ts'

const DAY = 86_400_000
/** Nobody reads more months, and one wrong date would make thousands. */
const MOST_MONTHS = 240

/** What was paid month by month, from the first purchase to the end of what was observed. */
export function monthsTable({ lines }: ShopColumns, { firstAt, orders }: RfmColumns, days: PurchaseDays): Table {
  const { at, amount, order } = lines
  const paid = (i: number) => amount[i]! > 0 && amount[i]! < Number.POSITIVE_INFINITY
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const month = new Int32Array(at.length)
  for (let i = 0; i < at.length; i++) {
    month[i] = monthOf(Math.floor(at[i]! / DAY))
    if (!paid(i)) continue
    first = Math.min(first, month[i]!)
    last = Math.max(last, month[i]!)
  }
  if (last < first) return tableOf('months', [])
  last = Math.max(last, monthOf(days.until))
  first = Math.max(first, last - MOST_MONTHS + 1)
  const many = last - first + 1
  const sums = Array.from({ length: many }, () => ({ orders: 0, customers: 0, fresh: 0, gross: 0, net: 0 }))
  // An order counts in the month of its first line, as it does in the facts.
  const begun = new Float64Array(lines.orders).fill(Number.POSITIVE_INFINITY)
  for (let i = 0; i < at.length; i++) if (paid(i) && at[i]! < begun[order[i]!]!) begun[order[i]!] = at[i]!
  for (const when of begun) {
    const sum = when === Number.POSITIVE_INFINITY ? undefined : sums[monthOf(Math.floor(when / DAY)) - first]
    if (sum !== undefined) sum.orders++
  }
  for (let c = 0; c < firstAt.length; c++) {
    const sum = orders[c] === 0 ? undefined : sums[monthOf(Math.floor(firstAt[c]! / DAY)) - first]
    if (sum !== undefined) sum.fresh++
  }
  for (let i = 0; i < at.length; i++) {
    const sum = sums[month[i]! - first]
    if (sum === undefined || !Number.isFinite(amount[i])) continue
    sum.net += amount[i]!
    if (paid(i)) sum.gross += amount[i]!
  }
  forEachActiveMonth(days, month => {
    const sum = sums[month - first]
    if (sum !== undefined) sum.customers++
  })
  return tableOf(
    'months',
    sums.map(({ orders, customers, fresh, gross, net }, at) => ({
      month: monthName(first + at),
      orders,
      customers,
      new_customers: fresh,
      gross: major(gross),
      net: major(net),
    })),
  )
}

/** Once for each customer and month in which they paid for something. */
function forEachActiveMonth({ start, day, amount }: PurchaseDays, visit: (month: number) => void): void {
  for (let c = 0; c + 1 < start.length; c++) {
    let before: number | undefined
    for (let at = start[c]!; at < start[c + 1]!; at++) {
      if (amount[at] === 0) continue
      const month = monthOf(day[at]!)
      if (month !== before) visit(month)
      before = month
    }
  }
}

export function cohortsTable(days: PurchaseDays): Table {
  const cohorts = cohortsOf(days)
  if (cohorts === null) return tableOf('cohorts', [])
  const rows = Array.from({ length: cohorts.months }, (_, row) => row).filter(row => cohorts.size[row]! > 0)
  return tableOf(
    'cohorts',
    rows.flatMap(row =>
      Array.from({ length: columnsOf(cohorts, row) }, (_, k) => ({
        cohort: monthName(cohorts.first + row),
        size: cohorts.size[row]!,
        months_after: k,
        active: cohorts.active[row * cohorts.months + k]!,
        retention: retention(cohorts, row, k),
        spent: Math.round(cohorts.spent[row * cohorts.months + k]! * 100) / 100,
      })),
    ),
  )
}

export const weekdaysTable = (days: PurchaseDays): Table =>
  tableOf(
    'weekday_seasons',
    indicesOf(weekdaySeasons(days)).map((index, at) => ({ weekday: at + 1, ...index })),
  )

export const monthSeasonsTable = (days: PurchaseDays): Table =>
  tableOf(
    'month_seasons',
    indicesOf(monthSeasons(days)).map((index, at) => ({ month: at + 1, ...index })),
  )

const indicesOf = (seasons: Seasons) => (seasons.kind === 'told' ? seasons.indices : [])

export function rhythmsTable(days: PurchaseDays): Table {
  const { shape, meanDays } = purchaseIntervals(days)
  const words = ['regular', 'by chance', 'in bursts', 'unknown'] as const
  const found = new Map(words.map(word => [word, { customers: 0, sum: 0, known: 0 }]))
  for (let c = 0; c < shape.length; c++) {
    if (days.start[c] === days.start[c + 1]) continue
    const rhythm = found.get(rhythmOf(shape[c]!))!
    rhythm.customers++
    if (meanDays[c]! < 0) continue
    rhythm.sum += meanDays[c]!
    rhythm.known++
  }
  return tableOf(
    'rhythms',
    words
      .map(rhythm => ({ rhythm, ...found.get(rhythm)! }))
      .filter(({ customers }) => customers > 0)
      .map(({ rhythm, customers, sum, known }) => ({
        rhythm,
        customers,
        mean_days_between: known === 0 ? null : sum / known,
      })),
  )
}
