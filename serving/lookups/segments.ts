import { RFM_COLUMNS, rfmOf } from '../../models/rfm.ts'
import { segments as names } from '../../models/segments.ts'
import type { Sql } from '../../streams/sql.ts'
import type { SegmentMember, Segments, SegmentTotal } from '../ports/segments.ts'

/** Segments from what `customers` decided in log order. */
export function sqlSegments(sql: Sql): Segments {
  return { totals: () => totals(sql), members: (name, limit, after) => members(sql, name, limit, after) }
}

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
