import { NO_SEGMENT, type RfmTable } from './rfm-table.ts'

/** What a segment comes to. Money in 1/10,000 of the major unit; shares and means are 0 where there is nobody. */
export interface SegmentTotal {
  readonly name: string
  readonly customers: number
  readonly orders: number
  readonly gross: number
  readonly net: number
  readonly shareOfCustomers: number
  readonly shareOfGross: number
  readonly meanRecencyDays: number
  readonly meanOrders: number
  readonly meanGross: number
}

/** Of every segment, in the order of the table's names, also of those without customers. */
export function segmentTotals({ facts, recencyDays, segment, names, ranked }: RfmTable): SegmentTotal[] {
  const [customers, days, orders, gross, net] = Array.from({ length: 5 }, () => new Float64Array(names.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let c = 0; c < segment.length; c++) {
    const s = segment[c]!
    if (s === NO_SEGMENT) continue
    customers[s]!++
    days[s]! += recencyDays[c]!
    orders[s]! += facts.orders[c]!
    gross[s]! += facts.gross[c]!
    net[s]! += facts.net[c]!
  }
  const all = gross.reduce((sum, one) => sum + one, 0)
  const over = (sum: number, many: number) => (many === 0 ? 0 : sum / many)
  return names.map((name, s) => ({
    name,
    customers: customers[s]!,
    orders: orders[s]!,
    gross: gross[s]!,
    net: net[s]!,
    shareOfCustomers: over(customers[s]!, ranked),
    shareOfGross: over(gross[s]!, all),
    meanRecencyDays: over(days[s]!, customers[s]!),
    meanOrders: over(orders[s]!, customers[s]!),
    meanGross: over(gross[s]!, customers[s]!),
  }))
}
