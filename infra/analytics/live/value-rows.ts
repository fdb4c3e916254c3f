import type { RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import { alikeBuyers } from '../../../models/analytics/value/alike-buyers.ts'
import { fitAlike } from '../../../models/analytics/value/fit-bg-nbd.ts'
import { fitGammaGamma } from '../../../models/analytics/value/fit-gamma-gamma.ts'
import { lifetimeValues } from '../../../models/analytics/value/lifetime-value.ts'
import type { PurchaseDays } from '../../../models/analytics/value/purchase-days.ts'
import { repeatPurchases } from '../../../models/analytics/value/repeat-purchases.ts'
import { UNITS } from '../../../models/money.ts'
import type { Cell } from '../table.ts'

/** A year ahead. */
const HORIZON_DAYS = 364
/** Who buys nothing in that time at least this surely is at risk. */
const AT_RISK = 0.5

export interface ValueRows {
  readonly value: Cell[][]
  readonly bySegment: Cell[][]
  /** Why there are none. */
  readonly says?: string
}

/** The rows of the tables `value` and `value_by_segment`. */
export function valueRows(days: PurchaseDays, rfm: RfmTable): ValueRows {
  const buyers = repeatPurchases(days)
  const groups = alikeBuyers(buyers)
  const [purchases, amounts] = [fitAlike(groups), fitGammaGamma(buyers)]
  if (purchases.kind === 'not_fitted') return { value: [], bySegment: [], says: purchases.says }
  const weeks = HORIZON_DAYS / 7
  const ahead = lifetimeValues({ buyers, groups, purchases, amounts, weeks, discount: 0 })
  const sums = sumsBySegment(rfm, buyers.customer, groups.groupOf, ahead)
  const share = (of: 'alive' | 'silent') => sums.reduce((all, sum) => all + sum[of], 0) / buyers.customer.length
  const { r, alpha, a, b } = purchases.model
  const { purchases: bought, revenue } = ahead.values
  const notes = [...purchases.warnings, ...(amounts.kind === 'fitted' ? amounts.warnings : [amounts.says])]
  const row = [
    ...[buyers.customer.length, HORIZON_DAYS, bought.value, bought.low, bought.high],
    ...[revenue.value, revenue.low, revenue.high].map(money => money / UNITS),
    ...[share('alive'), share('silent'), r, alpha, a, b],
    notes.length === 0 ? null : notes.join(' '),
  ]
  return { value: [row], bySegment: sums.filter(({ customers }) => customers > 0).map(segmentRow) }
}

interface Sum {
  readonly name: string
  customers: number
  alive: number
  silent: number
  purchases: number
  revenue: number
  atRisk: number
  revenueAtRisk: number
}

function sumsBySegment(
  { segment, names }: RfmTable,
  customers: Int32Array,
  groupOf: Int32Array,
  { forecast, values }: ReturnType<typeof lifetimeValues>,
): Sum[] {
  const none = { customers: 0, alive: 0, silent: 0, purchases: 0, revenue: 0, atRisk: 0, revenueAtRisk: 0 }
  const sums = names.map((name): Sum => ({ name, ...none }))
  for (const [i, customer] of customers.entries()) {
    const sum = sums[segment[customer]!]
    if (sum === undefined) continue
    const [group, revenue] = [groupOf[i]!, values.value[i]!]
    const silent = forecast.silent[group]!
    sum.customers++
    sum.alive += forecast.alive[group]!
    sum.silent += silent
    sum.purchases += forecast.expected[group]!
    sum.revenue += revenue
    if (silent < AT_RISK) continue
    sum.atRisk++
    sum.revenueAtRisk += revenue
  }
  return sums
}

const segmentRow = ({ name, customers, alive, purchases, revenue, atRisk, revenueAtRisk }: Sum): Cell[] => [
  ...[name, customers, alive / customers, purchases, revenue / UNITS, revenue / customers / UNITS],
  ...[atRisk, revenueAtRisk / UNITS],
]
