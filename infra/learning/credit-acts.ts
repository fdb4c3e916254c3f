import { actedOn, type Exposure, type OutcomeKind, seen, WINDOWS } from '../../models/learning/credit.ts'
import type { Learnt } from '../../models/learning/learnt.ts'
import type { SqlRow, Tx } from '../../streams/sql.ts'
import type { Act } from './acts.ts'

/** A list that was seen, and what became of it so far. */
interface SeenList extends Exposure {
  readonly recommendationId: string
  readonly hour: number
  readonly clicked: Set<string>
  readonly bought: Set<string>
  revenue: number
}

/** An act, and the newest list that showed its product in time. */
interface Met {
  readonly act: Act
  readonly list: SeenList
}

/** Exposures that nobody learnt of yet, a page of them, as trials. Answers how many. */
export async function countExposures(tx: Tx, learnt: Learnt, page: number): Promise<number> {
  const rows = await tx.query(COUNT, [page])
  for (const row of rows) seen(learnt, exposureOf(row))
  return rows.length
}

/**
 * Puts acts down to the newest list that showed the product in time, in `learnt` and in the tables. An event that was credited before,
 * by whoever read it then, changes nothing. Answers the kinds of what was credited.
 */
export async function creditActs(tx: Tx, learnt: Learnt, acts: readonly Act[]): Promise<OutcomeKind[]> {
  if (acts.length === 0) return []
  const met = await metBy(tx, acts)
  if (met.length === 0) return []
  const fresh = await insertOutcomes(tx, met)
  const touched = new Set<SeenList>()
  const kinds: OutcomeKind[] = []
  for (const { act, list } of met) {
    if (!fresh.delete(outcomeKey(act))) continue
    credit(learnt, list, act)
    touched.add(list)
    kinds.push(act.kind)
  }
  for (const { recommendationId, hour, clicked, bought, revenue } of touched)
    await tx.query(MARK, [recommendationId, hour, [...clicked], [...bought], revenue])
  return kinds
}

/** Acts on one list meet the same. */
async function metBy(tx: Tx, acts: readonly Act[]): Promise<Met[]> {
  const rows = await tx.query(SEEN, [
    acts.map(({ customerId }) => customerId),
    acts.map(({ productId }) => productId),
    acts.map(({ kind, at }) => at - WINDOWS[kind]),
    acts.map(({ at }) => at),
  ])
  const lists = new Map<string, SeenList>()
  return rows.map(row => {
    const name = `${row.recommendation_id} ${row.hour}`
    const list = lists.get(name) ?? seenList(row)
    lists.set(name, list)
    return { act: acts[(row.n as number) - 1]!, list }
  })
}

function credit(learnt: Learnt, list: SeenList, { productId, kind, amount }: Act): void {
  const { clicked, bought } = list
  const firstOfItem = !clicked.has(productId) && !bought.has(productId)
  actedOn(learnt, list, productId, { first: clicked.size + bought.size === 0, firstOfItem })
  ;(kind === 'click' ? clicked : bought).add(productId)
  list.revenue += amount
}

async function insertOutcomes(tx: Tx, met: readonly Met[]): Promise<Set<string>> {
  const column = <V extends string | number>(value: (one: Met) => V) => met.map(value)
  const rows = await tx.query(OUTCOMES, [
    column(({ act }) => act.customerId),
    column(({ act }) => act.eventId),
    column(({ act }) => act.productId),
    column(({ act }) => act.kind),
    column(({ list }) => list.recommendationId),
    column(({ list }) => list.hour),
    column(({ act }) => act.at),
  ])
  return new Set(
    rows.map(row =>
      outcomeKey({
        customerId: row.customer_id as string,
        eventId: row.event_id as string,
        productId: row.product_id as string,
      }),
    ),
  )
}

const outcomeKey = ({ customerId, eventId, productId }: Pick<Act, 'customerId' | 'eventId' | 'productId'>): string =>
  JSON.stringify([customerId, eventId, productId])

const exposureOf = (row: SqlRow): Exposure => ({
  variant: row.variant as string,
  context: row.context as number[],
  items: row.items as Exposure['items'],
  segment: row.segment as string | null,
})

const seenList = (row: SqlRow): SeenList => ({
  ...exposureOf(row),
  recommendationId: row.recommendation_id as string,
  hour: row.hour as number,
  clicked: new Set(row.clicked as string[]),
  bought: new Set(row.bought as string[]),
  revenue: row.revenue as number,
})

const LEARNT_OF = `variant, context, items, made->'lineage'->>'segment' AS segment`
/** $1 how many. By where rows are: joined by their key, all exposures would be read for a page of them. */
const COUNT = `UPDATE exposures SET counted = true WHERE ctid = ANY
  (ARRAY(SELECT ctid FROM exposures WHERE NOT counted ORDER BY at LIMIT $1)) RETURNING ${LEARNT_OF}`
/** Of each act: $1 customer, $2 product, $3 after when, $4 when */
const SEEN = `SELECT act.n, list.* FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
  WITH ORDINALITY AS act (customer_id, product_id, after, at, n)
CROSS JOIN LATERAL (
  SELECT recommendation_id, hour, clicked, bought, revenue, ${LEARNT_OF} FROM exposures e
  WHERE e.customer_id = act.customer_id AND e.at > act.after AND e.at <= act.at
    AND items @> jsonb_build_array(jsonb_build_object('productId', act.product_id))
  ORDER BY e.at DESC, hour DESC, recommendation_id LIMIT 1) list
ORDER BY act.n`
const OUTCOMES = `INSERT INTO outcomes (customer_id, event_id, product_id, kind, recommendation_id, hour, at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
ON CONFLICT DO NOTHING RETURNING customer_id, event_id, product_id`
const MARK = 'UPDATE exposures SET clicked = $3, bought = $4, revenue = $5 WHERE recommendation_id = $1 AND hour = $2'
