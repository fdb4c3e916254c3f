import { decideSegment } from '../../consumers/segment-decision.ts'
import { rfmOf, scoreRfm } from '../../models/rfm.ts'
import { segmentOf } from '../../models/segments.ts'
import type { RfmCuts } from '../../schemas/records.ts'
import type { Tx } from '../../streams/sql.ts'

/** A customer whose scores or segment are not what the table of customers says. */
export interface Misjudged {
  readonly customerId: string
  readonly told: unknown
  readonly plain: unknown
}

/**
 * Scores by their definition alone (DESIGN.md §5): of N customers with a purchase, min(5, 1 + floor(5 × strictly worse / N)). Answers every
 * customer of whom the published cuts, or the segment kept, say otherwise; and how many there are.
 */
export async function judgeQuintiles(sql: Tx): Promise<{ customers: number; misjudged: Misjudged[] }> {
  const rows = await sql.query(
    'SELECT customer_id, first_at, last_at, orders, gross, net, segment FROM customers ORDER BY customer_id',
  )
  const cuts = (await sql.query('SELECT cuts FROM rfm_cuts'))[0]?.cuts as RfmCuts
  const buyers = rows.filter(row => (row.orders as number) > 0)
  const of = (column: string) => buyers.map(row => row[column] as number).sort((a, b) => a - b)
  const [lastAt, orders, gross] = [of('last_at'), of('orders'), of('gross')]
  const misjudged: Misjudged[] = []
  for (const row of rows) {
    const rfm = rfmOf(row)
    const buyer = rfm.orders > 0
    const scores = buyer && { r: plain(lastAt, rfm.lastAt!), f: plain(orders, rfm.orders), m: plain(gross, rfm.gross) }
    const expected = { ...scores, segment: scores ? segmentOf(scores.r, scores.f) : null }
    const { r, f, m } = scoreRfm(rfm, cuts, 0) ?? {}
    const told = { ...(buyer && { r, f, m }), segment: row.segment }
    const same = JSON.stringify(told) === JSON.stringify(expected) && decideSegment(rfm, cuts) === expected.segment
    if (!same) misjudged.push({ customerId: row.customer_id as string, told, plain: expected })
  }
  return { customers: buyers.length, misjudged }
}

/** `sorted` ascending: how many are strictly worse is where the value stands first. */
const plain = (sorted: readonly number[], value: number): number =>
  Math.min(5, 1 + Math.floor((5 * sorted.indexOf(value)) / sorted.length))
