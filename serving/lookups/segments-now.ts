import { segments as names, segmentOf } from '../../models/segments.ts'
import type { RfmCuts } from '../../schemas/records.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { SegmentNow } from '../ports/analytics.ts'

/**
 * Segments from the facts of all customers, in one pass over their table: scores are those of `scoreRfm` under these cuts, so the same facts come to the
 * same numbers as in models/analytics/rfm.
 */
export async function segmentsNow(sql: Sql, { recency, frequency }: RfmCuts, now: number): Promise<SegmentNow[]> {
  const rows = await sql.query(TOTALS, [...recency, ...frequency, now].map(wholeOf))
  return names.map(name =>
    summed(
      name,
      rows.filter(({ r, f }) => segmentOf(r as number, f as number) === name),
    ),
  )
}

/** Facts are whole numbers: a cut between two of them cuts as the next one does. */
const wholeOf = (cut: number | null): number | null => (cut === null ? null : Math.ceil(cut))

function summed(name: string, rows: readonly SqlRow[]): SegmentNow {
  const sum = (column: string) => rows.reduce((all, row) => all + BigInt(row[column] as string), 0n)
  const [customers, orders, recencyDays] = ['customers', 'orders', 'days'].map(column => Number(sum(column))) as [
    number,
    number,
    number,
  ]
  return { name, customers, orders, gross: sum('gross'), net: sum('net'), recencyDays }
}

const reached = (column: string, first: number): string =>
  [0, 1, 2, 3].map(k => `coalesce((${column} >= $${first + k}::bigint)::int, 0)`).join(' + ')

/** $1–$4 cuts of recency, $5–$8 of frequency, $9 now */
const TOTALS = `SELECT r, f, count(*)::text AS customers, sum(orders)::text AS orders, sum(gross)::text AS gross, sum(net)::text AS net, sum(days)::text AS days
FROM (SELECT 1 + ${reached('last_at', 1)} AS r, 1 + ${reached('orders', 5)} AS f, orders, gross, net,
  greatest(0, ($9::bigint - last_at) / 86400000) AS days FROM customers WHERE orders > 0) AS scored
GROUP BY r, f`
