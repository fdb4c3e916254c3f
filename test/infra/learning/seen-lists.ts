import { recommendationTable } from '../../../consumers/recommendation-state.ts'
import type { Recommendation } from '../../../schemas/records.ts'
import type { Sql } from '../../../streams/sql.ts'

/** A list as the scorer makes it. */
export const listOf = (customerId: string, seq = 1, more: Partial<Recommendation> = {}): Recommendation => ({
  customerId,
  recommendationId: `rec_${customerId}_${seq}`.replace(/[^\w]/g, '-'),
  seq,
  asOf: '2026-01-01T00:00:00.000Z',
  variant: 'default',
  versions: { items: 41, cuts: 812, learning: 3 },
  coldStart: false,
  items: [6, 5, 4, 3, 2, 1].map((score, i) => ({
    productId: `p${i + 1}`,
    score: score / 10,
    confidence: 0.5,
    reasons: [
      { strategy: 'trending', score: 0.5 },
      { strategy: 'collaborative', score: 0.75, because: ['tea'] },
    ],
  })),
  lineage: {
    partition: 2,
    offset: 17,
    event: { type: 'click', id: 'e1', occurredAt: '2026-01-01T00:00:00.000Z' },
    segment: 'Loyal',
    context: [1, 0.2, 0.4, 0.6, 0, 0, 0, -0.5],
    choice: { by: 'thompson', propensity: 0.25, propensities: { default: 0.25, varied: 0.25, tailored: 0.25, inviting: 0.25 } },
    clicks: false,
  },
  ...more,
})

/** Puts a list where the scorer would. */
export async function putList(sql: Sql, list: Recommendation): Promise<void> {
  const { columns } = recommendationTable
  const values = columns.map(({ value }) => value(list))
  const names = columns.map(({ name }) => name)
  const places = columns.map(({ type }, i) => `$${i + 2}::${type}`)
  await sql.query(
    `INSERT INTO recommendations (customer_id, partition, batch, ${names.join(', ')}) VALUES ($1, 0, 0, ${places.join(', ')})
     ON CONFLICT (customer_id) DO UPDATE SET ${names.map(name => `${name} = excluded.${name}`).join(', ')}`,
    [list.customerId, ...values],
  )
}
