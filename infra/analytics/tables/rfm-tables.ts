import type { RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import { NO_SEGMENT, RFM_FLAGS } from '../../../models/analytics/rfm/rfm-table.ts'
import { segmentStrategies } from '../../../models/analytics/rfm/segment-strategy.ts'
import { segmentTotals } from '../../../models/analytics/rfm/segment-totals.ts'
import { segmentOf } from '../../../models/segments.ts'
import type { ShopColumns } from '../shop-columns.ts'
import type { Table } from '../table.ts'
import { isoDay, major } from './in-words.ts'
import { tableOf } from './table-of.ts'

/** The whole shop in a row; lines are those that something was paid for. */
export function overviewTable({ customers, products }: ShopColumns, { facts, ranked }: RfmTable, asOf: number): Table {
  const sum = (column: Float64Array | Int32Array): number => {
    let all = 0
    for (const one of column) all += one
    return all
  }
  const [gross, net, orders] = [sum(facts.gross), sum(facts.net), sum(facts.orders)]
  let [first, last, again] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (let c = 0; c < facts.orders.length; c++) {
    if (facts.orders[c] === 0) continue
    first = Math.min(first, facts.firstAt[c]!)
    last = Math.max(last, facts.lastAt[c]!)
    if (facts.orders[c]! > 1) again++
  }
  return tableOf('overview', [
    {
      customers: customers.id.length,
      buyers: ranked,
      products: products.id.length,
      orders,
      lines: facts.lines.purchases,
      gross: major(gross),
      net: major(net),
      refunds: major(gross - net),
      mean_order: orders === 0 ? null : major(gross / orders),
      repeat_buyers: ranked === 0 ? null : again / ranked,
      first_day: ranked === 0 ? null : isoDay(first),
      last_day: ranked === 0 ? null : isoDay(last),
      as_of: isoDay(asOf),
    },
  ])
}

export function segmentsTable(rfm: RfmTable): Table {
  return tableOf(
    'segments',
    segmentTotals(rfm).map(total => {
      const { goal, action } = segmentStrategies[total.name as keyof typeof segmentStrategies]
      return {
        segment: total.name,
        customers: total.customers,
        share_of_customers: total.shareOfCustomers,
        orders: total.orders,
        gross: major(total.gross),
        share_of_gross: total.shareOfGross,
        net: major(total.net),
        mean_recency_days: total.customers === 0 ? null : total.meanRecencyDays,
        mean_orders: total.customers === 0 ? null : total.meanOrders,
        mean_gross: total.customers === 0 ? null : major(total.meanGross),
        goal,
        action,
      }
    }),
  )
}

/** Customers and money by R and F, both from 5 down: the best first. */
export function gridTable({ segment, r, f, facts }: RfmTable): Table {
  const [customers, gross] = [new Int32Array(25), new Float64Array(25)]
  for (let c = 0; c < segment.length; c++) {
    if (segment[c] === NO_SEGMENT) continue
    const cell = (5 - r.tied[c]!) * 5 + 5 - f.tied[c]!
    customers[cell]!++
    gross[cell]! += facts.gross[c]!
  }
  return tableOf(
    'rfm_grid',
    Array.from(customers, (many, cell) => {
      const [r, f] = [5 - Math.floor(cell / 5), 5 - (cell % 5)]
      return { r, f, segment: segmentOf(r, f), customers: many, gross: major(gross[cell]!) }
    }),
  )
}

export function outliersTable({ flags, fences, ranked }: RfmTable): Table {
  if (ranked === 0) return tableOf('outliers', [])
  const having = (flag: number): number => {
    let many = 0
    for (const one of flags) if ((one & flag) !== 0) many++
    return many
  }
  const { recency, frequency, monetary } = fences
  return tableOf('outliers', [
    { kind: 'recency', customers: having(RFM_FLAGS.recency), low: recency.low, high: recency.high },
    { kind: 'frequency', customers: having(RFM_FLAGS.frequency), low: frequency.low, high: frequency.high },
    { kind: 'monetary', customers: having(RFM_FLAGS.monetary), low: major(monetary.low), high: major(monetary.high) },
    { kind: 'single purchase', customers: having(RFM_FLAGS.single), low: null, high: null },
    { kind: 'new', customers: having(RFM_FLAGS.new), low: null, high: null },
  ])
}
