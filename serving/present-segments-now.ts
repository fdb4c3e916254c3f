import { segmentStrategies } from '../models/analytics/rfm/segment-strategy.ts'
import { formatMoney } from '../models/money.ts'
import type { SegmentNow } from './ports/analytics.ts'

/** Rows as the table `segments` of a snapshot has them. */
export function presentSegmentsNow(all: readonly SegmentNow[]) {
  const customers = all.reduce((sum, one) => sum + one.customers, 0)
  const gross = Number(all.reduce((sum, one) => sum + one.gross, 0n))
  return { customers, segments: all.map(one => rowOf(one, customers, gross)) }
}

function rowOf({ name, customers, orders, gross, net, recencyDays }: SegmentNow, everybody: number, allGross: number) {
  const strategy = segmentStrategies[name as keyof typeof segmentStrategies] as { goal: string; action: string } | undefined
  const none = customers === 0
  return {
    segment: name,
    customers,
    shareOfCustomers: everybody === 0 ? 0 : customers / everybody,
    orders,
    gross: formatMoney(gross),
    shareOfGross: allGross === 0 ? 0 : Number(gross) / allGross,
    net: formatMoney(net),
    meanRecencyDays: none ? null : recencyDays / customers,
    meanOrders: none ? null : orders / customers,
    meanGross: none ? null : formatMoney(BigInt(Math.round(Number(gross) / customers))),
    goal: strategy?.goal ?? null,
    action: strategy?.action ?? null,
  }
}
