import type { Rfm } from '../../models/rfm.ts'

/** One segment as a whole; `revenue` is the gross of its customers in 1/10,000 of the major unit and may be more than a number is exact for. */
export interface SegmentTotal {
  readonly name: string
  readonly customers: number
  readonly revenue: bigint
}

export interface SegmentMember {
  readonly customerId: string
  readonly rfm: Rfm
}

export interface Segments {
  /** Every segment of the table, best first, also those without a customer. */
  totals(): Promise<readonly SegmentTotal[]>
  /** The same as it was a second ago at most: reading every customer is dear, so instances that share a cache count for each other. */
  recentTotals(): Promise<readonly SegmentTotal[]>
  /** Members by ascending id, after one id where it is given. Undefined for a segment that there is not. */
  members(name: string, limit: number, after: string | undefined): Promise<readonly SegmentMember[] | undefined>
}
