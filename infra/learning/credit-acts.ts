import { actedOn, type Exposure, type OutcomeKind, WINDOWS } from '../../models/learning/credit.ts'
import type { Learnt } from '../../models/learning/learnt.ts'
import type { SqlRow, Tx } from '../../streams/sql.ts'
import type { Act } from './acts.ts'

/** A list that was seen, and what became of it so far. */
interface SeenList extends Exposure {
  readonly recommendationId: string
  readonly hour: number
  readonly customerId: string
  readonly at: number
  readonly clicked: Set<string>
  readonly bought: Set<string>
  revenue: number
}

const LONGEST = Math.max(...Object.values(WINDOWS))

/** Exposures that nobody learnt of yet, a page of them, as trials. Answers how many. */
export async function countExposures(
  tx: Tx,
  learnt: Learnt,
  page: number,
  see: (learnt: Learnt, one: Exposure) => void,
): Promise<number> {
  const rows = await tx.query(COUNT, [page])
  for (const row of rows) see(learnt, exposureOf(row))
  return rows.length
}

/**
 * Puts acts down to the newest list that showed the product in time, in `learnt` and in the tables. An event that was credited before,
 * by whoever read it then, changes nothing. Answers the kinds of what was credited.
 */
export async function creditActs(tx: Tx, learnt: Learnt, acts: readonly Act[]): Promise<OutcomeKind[]> {
  if (acts.length === 0) return []
  const times = acts.map(({ at }) => at)
  const customers = [...new Set(acts.map(({ customerId }) => customerId))]
  const rows = await tx.query(SEEN, [customers, Math.min(...times) - LONGEST, Math.max(...times)])
  const lists = rows.map(seenList)
  const met = acts.flatMap(act => {
    const list = lists.find(one => showedInTime(one, act))
    return list === undefined ? [] : [{ act, list }]
  })
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

const showedInTime = ({ customerId, at, items }: SeenList, act: Act): boolean =>
  customerId === act.customerId &&
  at <= act.at &&
  act.at < at + WINDOWS[act.kind] &&
  items.some(({ productId }) => productId === act.productId)

function credit(learnt: Learnt, list: SeenList, { productId, kind, amount }: Act): void {
  const { clicked, bought } = list
  const firstOfItem = !clicked.has(productId) && !bought.has(productId)
  actedOn(learnt, list, productId, { first: clicked.size + bought.size === 0, firstOfItem })
  ;(kind === 'click' ? clicked : bought).add(productId)
  list.revenue += amount
}

async function insertOutcomes(tx: Tx, met: readonly { act: Act; list: SeenList }[]): Promise<Set<string>> {
  const column = <V extends string | number>(value: (one: { act: Act; list: SeenList }) => V) => met.map(value)
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
  customerId: row.customer_id as string,
  at: row.at as number,
  clicked: new Set(row.clicked as string[]),
  bought: new Set(row.bought as string[]),
  revenue: row.revenue as number,
})

const LEARNT_OF = `variant, context, items, made->'lineage'->>'segment' AS segment`
/** $1 how many. By where rows are: joined by their key, all exposures would be read for a page of them. */
const COUNT = `UPDATE exposures SET counted = true WHERE ctid = ANY
  (ARRAY(SELECT ctid FROM exposures WHERE NOT counted ORDER BY at LIMIT $1)) RETURNING ${LEARNT_OF}`
/** $1 customers, $2 from, $3 to */
const SEEN = `SELECT recommendation_id, hour, customer_id, at, clicked, bought, revenue, ${LEARNT_OF}
FROM exposures WHERE customer_id = ANY($1::text[]) AND at > $2 AND at <= $3 ORDER BY at DESC, hour DESC, recommendation_id`
const OUTCOMES = `INSERT INTO outcomes (customer_id, event_id, product_id, kind, recommendation_id, hour, at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
ON CONFLICT DO NOTHING RETURNING customer_id, event_id, product_id`
const MARK = 'UPDATE exposures SET clicked = $3, bought = $4, revenue = $5 WHERE recommendation_id = $1 AND hour = $2'
