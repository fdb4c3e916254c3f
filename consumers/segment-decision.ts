import { type Rfm, scoreRfm } from '../models/rfm.ts'
import { segmentOf } from '../models/segments.ts'
import type { RfmCuts } from '../schemas/records.ts'
import type { Sweep } from '../streams/processor.ts'
import type { CustomerState, Met } from './customers.ts'

/** Quintile scores under cuts, undefined without an order or before the first cuts. They do not age, so no instant is needed. */
export function scoresOf(rfm: Rfm, cuts: RfmCuts): { r: number; f: number; m: number } | undefined {
  const score = cuts.version === 0 ? null : scoreRfm(rfm, cuts, 0)
  return score === null ? undefined : { r: score.r, f: score.f, m: score.m }
}

/** The named segment under cuts, null where there are no scores. */
export function decideSegment(rfm: Rfm, cuts: RfmCuts): string | null {
  const scores = scoresOf(rfm, cuts)
  return scores === undefined ? null : segmentOf(scores.r, scores.f)
}

/** After new cuts those between old and new; at the launch of a campaign that asks them all, everybody. */
export const sweepCustomers: Sweep<Met, CustomerState> = {
  table: 'customers',
  key: 'customer_id',
  after: (_, event) => event.type === 'cuts' || (event.type === 'campaign' && event.campaign.audience),
  event: (cause, customerId) =>
    cause.type === 'campaign'
      ? { type: 'asked', customerId, campaignId: cause.campaign.id, at: cause.campaign.at }
      : { type: 'recut', customerId },
  rows: (state, first, cause) => (cause.type === 'campaign' ? { text: 'true', values: [] } : rowsBetweenCuts(state, first)),
}

/** After new cuts: the customers whose recency or frequency lies between an old cut and the new one. Nobody else can have changed segment. */
export function rowsBetweenCuts({ cuts: { current, previous } }: Pick<CustomerState, 'cuts'>, first: number) {
  // Before the first cuts nobody had a segment: now everybody gets one.
  if (previous.version === 0) return { text: 'orders > 0', values: [] }
  const values: number[] = []
  const ranges = [
    ...between('last_at', previous.recency, current.recency),
    ...between('orders', previous.frequency, current.frequency),
  ]
  const text = ranges.map(({ column, low, high }) => {
    const from = `${column} >= $${first + values.push(low) - 1}::bigint`
    return high === null ? from : `${from} AND ${column} < $${first + values.push(high) - 1}::bigint`
  })
  return { text: text.length === 0 ? 'false' : `orders > 0 AND (${text.join(' OR ')})`, values }
}

/** The half-open ranges between old and new cuts that moved; a cut of null lies above everything. */
function* between(
  column: string,
  old: RfmCuts['recency'],
  now: RfmCuts['recency'],
): Iterable<{ column: string; low: number; high: number | null }> {
  for (const [i, a] of old.entries()) {
    const b = now[i] ?? null
    if (a === b) continue
    if (a === null || b === null) yield { column, low: (a ?? b)!, high: null }
    else yield { column, low: Math.min(a, b), high: Math.max(a, b) }
  }
}
