import { NO_SEGMENT, type RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import type { ShopColumns } from '../shop-columns.ts'
import type { Table } from '../table.ts'
import type { ValueStage } from '../value-stage.ts'
import { major } from './in-words.ts'
import { tableOf } from './table-of.ts'

const DAY = 86_400_000
/** From this chance of buying nothing within the horizon on, a customer is at risk. */
const AT_RISK = 0.5

/** What all customers are expected to bring: of nobody, no row; without a forecast, a row that says why. */
export function valueTable({ fit, of, totals, horizonDays, notes }: ValueStage, { ranked, facts }: RfmTable): Table {
  if (ranked === 0) return tableOf('value', [])
  const mean = (column: Float64Array | undefined): number | null => {
    if (column === undefined) return null
    let [sum, many] = [0, 0]
    for (let c = 0; c < column.length; c++) {
      if (facts.orders[c] === 0) continue
      sum += column[c]!
      many++
    }
    return sum / many
  }
  const model = fit.kind === 'fitted' ? fit.model : undefined
  return tableOf('value', [
    {
      buyers: ranked,
      horizon_days: horizonDays,
      purchases: totals?.purchases.value ?? null,
      purchases_low: totals?.purchases.low ?? null,
      purchases_high: totals?.purchases.high ?? null,
      revenue: totals?.revenue.value ?? null,
      revenue_low: totals?.revenue.low ?? null,
      revenue_high: totals?.revenue.high ?? null,
      alive: mean(of?.alive),
      churn_risk: mean(of?.silent),
      r: model?.r ?? null,
      alpha: model?.alpha ?? null,
      a: model?.a ?? null,
      b: model?.b ?? null,
      note: notes.join(' '),
    },
  ])
}

/** `revenue_at_risk` is what those at risk paid in as long a time as the horizon before `asOf`: what stands to be missed. */
export function valueBySegmentTable(shop: ShopColumns, { of, horizonDays }: ValueStage, rfm: RfmTable, asOf: number): Table {
  if (of === undefined) return tableOf('value_by_segment', [])
  const { segment, names } = rfm
  const sums = names.map(() => ({ customers: 0, alive: 0, purchases: 0, revenue: 0, atRisk: 0, missed: 0 }))
  for (let c = 0; c < segment.length; c++) {
    const sum = segment[c] === NO_SEGMENT ? undefined : sums[segment[c]!]
    if (sum === undefined) continue
    sum.customers++
    sum.alive += of.alive[c]!
    sum.purchases += of.purchases[c]!
    sum.revenue += of.revenue[c]!
    if (of.silent[c]! >= AT_RISK) sum.atRisk++
  }
  const since = asOf - horizonDays * DAY
  const { customer, at, amount } = shop.lines
  for (let i = 0; i < at.length; i++) {
    const [c, paid] = [customer[i]!, amount[i]!]
    if (!(paid > 0 && paid < Number.POSITIVE_INFINITY) || at[i]! < since || of.silent[c]! < AT_RISK || segment[c] === NO_SEGMENT)
      continue
    sums[segment[c]!]!.missed += paid
  }
  return tableOf(
    'value_by_segment',
    names.map((name, s) => {
      const { customers, alive, purchases, revenue, atRisk, missed } = sums[s]!
      return {
        segment: name,
        customers,
        alive: customers === 0 ? null : alive / customers,
        purchases,
        revenue,
        mean_revenue: customers === 0 ? null : revenue / customers,
        at_risk: atRisk,
        revenue_at_risk: major(missed),
      }
    }),
  )
}
