import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { Attribution, AttributionWindows, Credited } from '../ports/attribution.ts'

/**
 * Which orders a campaign is given credit for, by the last touch: the last click by a person in its window before the order, of whatever
 * campaign; where there is none, the last text in its own. So every order counts once, for one campaign at most, and a click counts before a
 * text, for it says more than that somebody was sent something. An order is where its first counted line was.
 *
 * A query, and no fold of its own: orders and receipts come late and in any order, windows are changed, and a credit once given would have to
 * be taken back. What is read is bounded by the campaign's customers and their orders since its first text.
 */
export const sqlAttribution = (sql: Sql, windows: AttributionWindows): Attribution => ({
  windows,
  async of(campaignId) {
    const rows = await sql.query(CREDIT, [campaignId, windows.clickMs, windows.sendMs])
    const of = (kind: string) => creditedOf(rows.find(row => row.kind === kind))
    if (rows.find(row => row.kind === 'all')?.touched !== true) return undefined
    const segments = rows
      .filter(row => row.kind === 'segment')
      .map(row => ({ segment: row.segment as string | null, ...creditedOf(row) }))
    return { all: of('all'), byClick: of('click'), bySend: of('send'), segments }
  },
})

const creditedOf = (row: SqlRow | undefined): Credited => ({
  orders: Number(row?.orders ?? 0),
  customers: Number(row?.customers ?? 0),
  revenue: BigInt((row?.revenue as string | undefined) ?? 0),
})

const SENT = "r.status IN ('submitted', 'delivered') AND r.campaign_id IS NOT NULL AND r.customer_id IS NOT NULL"

/** $1 campaign, $2 and $3 windows in ms. A click is of a text that was sent, so whom a campaign touched it sent to; `unknown` ones it may have. */
const CREDIT = `WITH touches AS (
  SELECT customer_id, at FROM sms_results r WHERE r.campaign_id = $1 AND ${SENT}
  UNION ALL
  SELECT customer_id, at FROM link_clicks WHERE campaign_id = $1 AND automatic IS NULL AND customer_id IS NOT NULL
), reached AS (
  SELECT customer_id, min(at) AS first_at, max(at) AS last_at FROM touches GROUP BY customer_id
), credited AS (
  SELECT o.customer_id, o.gross, touch.kind, t.segment
  FROM reached c
  JOIN orders o ON o.customer_id = c.customer_id AND o.lines > 0
    AND o.first_at BETWEEN c.first_at AND c.last_at + greatest($2::bigint, $3::bigint)
  CROSS JOIN LATERAL (
    (SELECT 1 AS rank, 'click' AS kind, k.campaign_id, k.request_id FROM link_clicks k
     WHERE k.customer_id = o.customer_id AND k.automatic IS NULL AND k.campaign_id IS NOT NULL
       AND k.at BETWEEN o.first_at - $2::bigint AND o.first_at ORDER BY k.at DESC, k.id DESC LIMIT 1)
    UNION ALL
    (SELECT 2, 'send', r.campaign_id, r.request_id FROM sms_results r
     WHERE r.customer_id = o.customer_id AND ${SENT}
       AND r.at BETWEEN o.first_at - $3::bigint AND o.first_at ORDER BY r.at DESC, r.id DESC LIMIT 1)
    ORDER BY rank LIMIT 1
  ) AS touch
  LEFT JOIN sms_link_tracking t ON t.request_id = touch.request_id
  WHERE touch.campaign_id = $1
)
SELECT CASE WHEN grouping(kind) = 0 THEN kind WHEN grouping(segment) = 0 THEN 'segment' ELSE 'all' END AS kind, segment,
  count(*) AS orders, count(DISTINCT customer_id) AS customers, coalesce(sum(gross), 0)::text AS revenue,
  EXISTS (SELECT 1 FROM reached) AS touched
FROM credited GROUP BY GROUPING SETS ((), (kind), (segment)) ORDER BY segment`
