import type { Moved } from '../../models/analytics/segment-movement.ts'
import type { AnalyticsSnapshot } from '../../schemas/analytics-snapshot.ts'
import type { RfmCuts } from '../../schemas/records.ts'

/** The newest snapshot that this instance has. `without`: why it is poorer than it could be, such as `snapshot_stale` or `database`. */
export interface HeldSnapshot {
  readonly snapshot: AnalyticsSnapshot
  readonly without: readonly string[]
}

/** Instants in epoch ms. */
export interface SnapshotHead {
  readonly id: string
  readonly takenAt: number
  readonly asOf: number
  readonly tookMs: number
  readonly buyers: number
}

/** A snapshot by its id, or the newest at an instant (epoch ms). */
export type SnapshotChoice = { readonly id: string } | { readonly at: number }

export interface Movement {
  readonly from: SnapshotHead
  readonly to: SnapshotHead
  readonly moved: readonly Moved[]
}

/** A segment as its customers stand now. Money in 1/10,000 of the major unit, which may be more than a number is exact for. */
export interface SegmentNow {
  readonly name: string
  readonly customers: number
  readonly orders: number
  readonly gross: bigint
  readonly net: bigint
  /** Of all its customers together, whole days since each one's last purchase. */
  readonly recencyDays: number
}

export interface Analytics {
  newest(): HeldSnapshot | undefined
  /** A sentence: why there is no snapshot. */
  readonly whyNone: string
  /** The newest first. */
  snapshots(limit: number): Promise<readonly SnapshotHead[]>
  /** Without `to` up to the newest, without `from` since a week before; undefined where one that was asked for is not there. */
  movement(from: SnapshotChoice | undefined, to: SnapshotChoice | undefined): Promise<Movement | undefined>
  /** Every segment of the table, best first, of customers by their facts and these cuts; recency is measured from `now`, epoch ms. */
  segmentsNow(cuts: RfmCuts, now: number): Promise<readonly SegmentNow[]>
}
