import { RFM_COLUMNS, rfmOf } from '../../models/rfm.ts'
import { segments as names } from '../../models/segments.ts'
import type { Cache } from '../../streams/cache.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import type { SegmentMember, Segments, SegmentTotal } from '../ports/segments.ts'

/** Totals go through all customers: they are kept this many times what that took, so that they take few percent of a core. */
const REST = 30
const AT_LEAST_MS = 1000
/** Says also how the value is written: instances of two versions may share the cache. */
const RECENT = 'totals.v1'

/** Segments from what `customers` decided in log order. */
export function sqlSegments(sql: Sql, cache: Cache, clock: Clock): Segments {
  return {
    totals: () => totals(sql),
    recentTotals: () => recentTotals(sql, cache, clock),
    members: (name, limit, after) => members(sql, name, limit, after),
  }
}

async function recentTotals(sql: Sql, cache: Cache, clock: Clock): Promise<SegmentTotal[]> {
  const kept = await cache.get(RECENT)
  if (kept !== undefined) return readTotals(Buffer.from(kept).toString())
  const begun = clock.monotonic()
  const all = await totals(sql)
  const lasting = Math.max(AT_LEAST_MS, Math.round(REST * (clock.monotonic() - begun)))
  await cache.set(RECENT, Buffer.from(writeTotals(all)), lasting)
  return all
}

const writeTotals = (all: readonly SegmentTotal[]): string =>
  JSON.stringify(all.map(({ name, customers, revenue }) => [name, customers, String(revenue)]))

const readTotals = (text: string): SegmentTotal[] =>
  (JSON.parse(text) as [string, number, string][]).map(([name, customers, revenue]) => ({
    name,
    customers,
    revenue: BigInt(revenue),
  }))

async function totals(sql: Sql): Promise<SegmentTotal[]> {
  const rows = await sql.query(
    'SELECT segment, count(*)::text AS customers, sum(gross)::text AS revenue FROM customers WHERE segment IS NOT NULL GROUP BY segment',
  )
  const found = new Map(rows.map(row => [row.segment as string, row]))
  return names.map(name => {
    const row = found.get(name)
    return { name, customers: Number(row?.customers ?? 0), revenue: BigInt((row?.revenue as string | undefined) ?? 0) }
  })
}

/** By key, never by OFFSET: a page costs the same wherever it is (index customers_segment). */
async function members(sql: Sql, name: string, limit: number, after: string | undefined): Promise<SegmentMember[] | undefined> {
  if (!(names as readonly string[]).includes(name)) return undefined
  const rows = await sql.query(
    `SELECT customer_id, ${RFM_COLUMNS} FROM customers
      WHERE segment = $1 AND ($2::text IS NULL OR customer_id > $2) ORDER BY customer_id LIMIT $3::integer`,
    [name, after ?? null, limit],
  )
  return rows.map(row => ({ customerId: row.customer_id as string, rfm: rfmOf(row) }))
}
