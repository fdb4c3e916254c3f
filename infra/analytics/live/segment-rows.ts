import type { RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import { segmentStrategies } from '../../../models/analytics/rfm/segment-strategy.ts'
import { type SegmentTotal, segmentTotals } from '../../../models/analytics/rfm/segment-totals.ts'
import { UNITS } from '../../../models/money.ts'
import type { Cell } from '../table.ts'

/** The rows of the table `segments`. */
export const segmentRows = (table: RfmTable): Cell[][] => segmentTotals(table).map(rowOf)

function rowOf(total: SegmentTotal): Cell[] {
  const strategy = Object.hasOwn(segmentStrategies, total.name)
    ? segmentStrategies[total.name as keyof typeof segmentStrategies]
    : undefined
  const none = total.customers === 0
  return [
    total.name,
    total.customers,
    total.shareOfCustomers,
    total.orders,
    total.gross / UNITS,
    total.shareOfGross,
    total.net / UNITS,
    none ? null : total.meanRecencyDays,
    none ? null : total.meanOrders,
    none ? null : total.meanGross / UNITS,
    strategy?.goal ?? null,
    strategy?.action ?? null,
  ]
}
