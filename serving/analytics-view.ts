import Type, { type TProperties } from 'typebox'
import { Degraded } from './degraded.ts'

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Count = Type.Integer({ minimum: 0 })
const Text = nullable(Type.String())
const Number_ = nullable(Type.Number())
const Share = nullable(Type.Number({ minimum: 0, maximum: 1 }))
const Money = nullable(Type.String({ description: 'In the major unit, such as "2.55".' }))

/** What every answer of a snapshot begins with. */
const head = {
  snapshotId: Type.String(),
  takenAt: Type.String({ format: 'date-time' }),
  asOf: Type.String({ format: 'date-time', description: 'The instant from which everything that ages is measured.' }),
  currency: Type.String(),
  degraded: Degraded,
  remarks: Type.Optional(Type.Array(Type.String(), { description: 'What `degraded` means, in sentences.' })),
}
export const snapshotAnswer = <P extends TProperties>(title: string, properties: P) =>
  Type.Object({ ...head, ...properties }, { title })

const segmentSums = {
  segment: Type.String(),
  customers: Count,
  shareOfCustomers: Share,
  orders: Count,
  gross: Money,
  shareOfGross: Share,
  net: Money,
}
export const SegmentRow = Type.Object({
  ...segmentSums,
  meanRecencyDays: Number_,
  meanOrders: Number_,
  meanGross: Money,
  goal: Text,
  action: Text,
})
export const OverviewRow = Type.Object({
  customers: Count,
  buyers: Count,
  products: Count,
  orders: Count,
  lines: Count,
  gross: Money,
  net: Money,
  refunds: Money,
  meanOrder: Money,
  repeatBuyers: Share,
  firstDay: Text,
  lastDay: Text,
  asOf: Text,
})
export const MonthRow = Type.Object({
  month: Type.String(),
  orders: Count,
  customers: Count,
  newCustomers: Count,
  gross: Money,
  net: Money,
})
export const SegmentRevenueRow = Type.Object(segmentSums)
export const CohortRow = Type.Object({
  cohort: Type.String(),
  size: Count,
  monthsAfter: Count,
  active: Count,
  retention: Share,
  spent: Money,
})
export const ClusterRow = Type.Object({
  cluster: Count,
  name: Type.String(),
  customers: Count,
  shareOfCustomers: Share,
  silhouette: Number_,
  meanRecencyDays: Number_,
  meanOrders: Number_,
  meanGross: Money,
  meanOrder: Money,
  meanTenureDays: Number_,
  goal: Text,
  action: Text,
})
export const ClusterChoiceRow = Type.Object({
  k: Count,
  inertia: Number_,
  silhouette: Number_,
  calinskiHarabasz: Number_,
  stability: Number_,
  chosen: Type.String(),
})
export const ValueRow = Type.Object({
  buyers: Count,
  horizonDays: Type.Number(),
  purchases: Number_,
  purchasesLow: Number_,
  purchasesHigh: Number_,
  revenue: Money,
  revenueLow: Money,
  revenueHigh: Money,
  alive: Share,
  churnRisk: Share,
  r: Number_,
  alpha: Number_,
  a: Number_,
  b: Number_,
  note: Text,
})
export const SegmentValueRow = Type.Object({
  segment: Type.String(),
  customers: Count,
  alive: Share,
  purchases: Number_,
  revenue: Money,
  meanRevenue: Money,
  atRisk: Count,
  revenueAtRisk: Money,
})

export const SnapshotHeadView = Type.Object({
  id: Type.String(),
  takenAt: Type.String({ format: 'date-time' }),
  asOf: Type.String({ format: 'date-time' }),
  buyers: Count,
  tookSeconds: Type.Number(),
})

/** A Sankey diagram: segments at either end, and how many customers went from which to which. */
export const MovementView = Type.Object(
  {
    from: SnapshotHeadView,
    to: SnapshotHeadView,
    customers: Type.Object({ both: Count, new: Count, gone: Count }),
    nodes: Type.Array(
      Type.Object({
        id: Type.String(),
        side: Type.Enum(['from', 'to']),
        segment: nullable(Type.String({ description: 'null: of those who are new, or gone' })),
        customers: Count,
      }),
    ),
    links: Type.Array(Type.Object({ source: Type.String(), target: Type.String(), customers: Count })),
    degraded: Degraded,
  },
  { title: 'SegmentMovement' },
)

export const SegmentsNowView = Type.Object(
  {
    asOf: Type.String({ format: 'date-time' }),
    cutsVersion: Type.Optional(Count),
    snapshotId: Type.Optional(Type.String({ description: 'There where they are those of the newest snapshot.' })),
    currency: Type.String(),
    customers: Count,
    segments: Type.Array(SegmentRow),
    degraded: Degraded,
  },
  { title: 'SegmentsNow' },
)
