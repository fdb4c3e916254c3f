import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { Attribution, AttributionWindows, Credited, CreditedOrder } from '../ports/attribution.ts'

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
  async orders(campaignId, limit, after) {
    const [at, tie] = after?.split(' ') ?? []
    if (at !== undefined && !/^\d{1,15}$/.test(at)) return []
    const rows = await sql.query(ORDERS, [campaignId, windows.clickMs, windows.sendMs, limit, at ?? null, tie ?? ''])
    return rows.map(orderOf)
  },
  async ordersOfList(recommendationId, limit) {
    const rows = await sql.query(ORDERS_OF_LIST, [recommendationId, windows.clickMs, windows.sendMs, limit])
    return rows.map(orderOf)
  },
})

const creditedOf = (row: SqlRow | undefined): Credited => ({
  orders: Number(row?.orders ?? 0),
  customers: Number(row?.customers ?? 0),
  revenue: BigInt((row?.revenue as string | undefined) ?? 0),
})

const orderOf = (row: SqlRow): CreditedOrder => ({
  key: `${row.at} ${row.tie}`,
  orderId: row.order_id as string,
  customerId: row.customer_id as string,
  at: row.at as number,
  revenue: BigInt(row.gross as number),
  by: row.kind as CreditedOrder['by'],
  touchedAt: row.touched_at as number,
  requestId: row.request_id as string,
  segment: row.segment as string | null,
  variant: row.variant as string | null,
  recommendationId: row.recommendation_id as string | null,
})

const SENT = "r.status IN ('submitted', 'delivered') AND r.campaign_id IS NOT NULL AND r.customer_id IS NOT NULL"

/** Of campaign $1. A click is of a text that was sent, so whom a campaign touched it sent to; `unknown` ones it may have. */
const OF_CAMPAIGN = `SELECT customer_id, at FROM sms_results r WHERE r.campaign_id = $1 AND ${SENT}
  UNION ALL
  SELECT customer_id, at FROM link_clicks WHERE campaign_id = $1 AND automatic IS NULL AND customer_id IS NOT NULL`

/** Of texts written from list $1. */
const OF_LIST = `SELECT r.customer_id, r.at FROM sms_ledger l JOIN sms_results r ON r.request_id = l.id AND ${SENT} WHERE l.recommendation_id = $1
  UNION ALL
  SELECT k.customer_id, k.at FROM sms_ledger l JOIN sms_link_tracking t ON t.request_id = l.id
  JOIN link_clicks k ON k.campaign_id = t.campaign_id AND k.code = t.code AND k.automatic IS NULL AND k.customer_id IS NOT NULL
  WHERE l.recommendation_id = $1`

/** $2 and $3 windows in ms; `touches` and `which`: of what $1 names. */
const creditedTo = (touches: string, which: string) => `WITH touches AS (
  ${touches}
), reached AS (
  SELECT customer_id, min(at) AS first_at, max(at) AS last_at FROM touches GROUP BY customer_id
), credited AS (
  SELECT o.customer_id, o.order_id, o.first_at AS at, o.gross, touch.kind, touch.at AS touched_at, touch.request_id,
    coalesce(l.segment, t.segment) AS segment, l.variant, l.recommendation_id
  FROM reached c
  JOIN orders o ON o.customer_id = c.customer_id AND o.lines > 0
    AND o.first_at BETWEEN c.first_at AND c.last_at + greatest($2::bigint, $3::bigint)
  CROSS JOIN LATERAL (
    (SELECT 1 AS rank, 'click' AS kind, k.campaign_id, k.request_id, k.at FROM link_clicks k
     WHERE k.customer_id = o.customer_id AND k.automatic IS NULL AND k.campaign_id IS NOT NULL
       AND k.at BETWEEN o.first_at - $2::bigint AND o.first_at ORDER BY k.at DESC, k.id DESC LIMIT 1)
    UNION ALL
    (SELECT 2, 'send', r.campaign_id, r.request_id, r.at FROM sms_results r
     WHERE r.customer_id = o.customer_id AND ${SENT}
       AND r.at BETWEEN o.first_at - $3::bigint AND o.first_at ORDER BY r.at DESC, r.id DESC LIMIT 1)
    ORDER BY rank LIMIT 1
  ) AS touch
  LEFT JOIN sms_link_tracking t ON t.request_id = touch.request_id LEFT JOIN sms_ledger l ON l.id = touch.request_id
  WHERE ${which}
)`

const CREDITED = creditedTo(OF_CAMPAIGN, 'touch.campaign_id = $1')

const CREDIT = `${CREDITED}
SELECT CASE WHEN grouping(kind) = 0 THEN kind WHEN grouping(segment) = 0 THEN 'segment' ELSE 'all' END AS kind, segment,
  count(*) AS orders, count(DISTINCT customer_id) AS customers, coalesce(sum(gross), 0)::text AS revenue,
  EXISTS (SELECT 1 FROM reached) AS touched
FROM credited GROUP BY GROUPING SETS ((), (kind), (segment)) ORDER BY segment`

/** Customers and orders may have long ids: those of one instant go by a hash. */
const LISTED = 'listed AS (SELECT *, md5(customer_id || chr(31) || order_id) AS tie FROM credited)'

/** $4 limit, $5 and $6 the instant and the tie to go on behind. */
const ORDERS = `${CREDITED}, ${LISTED}
SELECT * FROM listed WHERE $5::bigint IS NULL OR (at, tie) > ($5::bigint, $6::text) ORDER BY at, tie LIMIT $4::integer`

/** $4 limit */
const ORDERS_OF_LIST = `${creditedTo(OF_LIST, 'l.recommendation_id = $1')}, ${LISTED} SELECT * FROM listed ORDER BY at, tie LIMIT $4::integer`
