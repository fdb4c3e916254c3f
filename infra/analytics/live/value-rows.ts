import { NO_SEGMENT, type RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
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
export function valueRows(days: PurchaseDays, { segment, names }: RfmTable): ValueRows {
  const buyers = repeatPurchases(days)
  const groups = alikeBuyers(buyers)
  const [purchases, amounts] = [fitAlike(groups), fitGammaGamma(buyers)]
  if (purchases.kind === 'not_fitted') return { value: [], bySegment: [], says: purchases.says }
  const weeks = HORIZON_DAYS / 7
  const { forecast, values } = lifetimeValues({ buyers, groups, purchases, amounts, weeks, discount: 0 })
  const sums = names.map(() => ({ customers: 0, alive: 0, silent: 0, purchases: 0, revenue: 0, atRisk: 0, revenueAtRisk: 0 }))
  for (const [i, customer] of buyers.customer.entries()) {
    const sum = segment[customer] === NO_SEGMENT ? undefined : sums[segment[customer]!]
    if (sum === undefined) continue
    const [group, revenue] = [groups.groupOf[i]!, values.value[i]!]
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
  const total = (of: 'customers' | 'alive' | 'silent') => sums.reduce((all, sum) => all + sum[of], 0)
  const { r, alpha, a, b } = purchases.model
  const notes = [...purchases.warnings, ...(amounts.kind === 'fitted' ? amounts.warnings : [amounts.says])]
  return {
    value: [
      [
        buyers.customer.length,
        HORIZON_DAYS,
        ...[values.purchases.value, values.purchases.low, values.purchases.high],
        ...[values.revenue.value, values.revenue.low, values.revenue.high].map(money => money / UNITS),
        total('alive') / total('customers'),
        total('silent') / total('customers'),
        ...[r, alpha, a, b],
        notes.length === 0 ? null : notes.join(' '),
      ],
    ],
    bySegment: names.flatMap((name, s) => {
      const { customers, alive, purchases: bought, revenue, atRisk, revenueAtRisk } = sums[s]!
      if (customers === 0) return []
      const each = [name, customers, alive / customers, bought, revenue / UNITS, revenue / customers / UNITS]
      return [[...each, atRisk, revenueAtRisk / UNITS]]
    }),
  }
}
