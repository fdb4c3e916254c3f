import { type GroupOutcome, upliftOver } from '../../models/uplift/uplift.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { CampaignResults, Comparison, Results } from '../ports/campaign-results.ts'
import { experimentResults, flowResults } from './experiments.ts'
import { groupOf, WENT } from './group-of.ts'

/**
 * What a campaign brought, by intention to treat: whoever was to get a text is compared with whoever was held out, from the moment that was drawn, and
 * whether the text ever reached them. Both groups went through the same questions before, so they differ by nothing but the draw. A customer
 * stands where the first text of the campaign found them, however many came behind it. Of a flow that holds customers out itself that is drawn when they
 * come to it, so there it counts from then, of all who came: whether a text was asked for on their way is what the flow did.
 *
 * Asked of the tables each time: orders and receipts come late. One pass over the campaign's texts and their customers' orders.
 */
export const sqlCampaignResults = (sql: Sql, windowMs: number): Results => ({
  windowMs,
  async of(campaignId, ms) {
    const [flow, [known]] = await Promise.all([
      flowResults(sql, campaignId),
      sql.query('SELECT FROM campaigns WHERE id = $1', [campaignId]),
    ])
    const drawn = flow.some(({ heldOut }) => heldOut > 0)
    const [rows, experiments] = await Promise.all([
      sql.query(drawn ? RESULTS_OF_FLOW : RESULTS_OF_TEXTS, [campaignId, ms]),
      flow.length === 0 ? [] : experimentResults(sql, campaignId, ms),
    ])
    if (rows.length === 0 && flow.length === 0 && known === undefined) return undefined
    const results = resultsOf(rows)
    return { ...results, ...(drawn && { variants: [] }), flow, experiments }
  },
})

function resultsOf(rows: readonly SqlRow[]): Omit<CampaignResults, 'flow' | 'experiments'> {
  const whole = rows.filter(row => row.kind === 'all')
  const customers = (arm: string | null) =>
    whole.filter(row => row.arm === arm).reduce((sum, row) => sum + Number(row.customers), 0)
  const heldOutOfAll = customers('held_out_of_all')
  const comparedWith = customers('held_out') > 0 ? 'campaign' : heldOutOfAll > 0 ? 'all' : null
  const control = comparedWith === 'all' ? 'held_out_of_all' : 'held_out'
  const by = (kind: 'segment' | 'variant') => {
    const ours = rows.filter(row => row.kind === kind && (row.arm === 'treated' || row.arm === control))
    const names = [...new Set(ours.map(row => row.name as string | null))]
    return names.map(name => ({
      name,
      ...comparison(
        ours.filter(row => row.name === name),
        control,
      ),
    }))
  }
  return {
    audience: whole.reduce((sum, row) => sum + Number(row.customers), 0),
    neither: Object.fromEntries(rows.filter(row => row.kind === 'why').map(row => [row.name, Number(row.customers)])),
    comparedWith,
    heldOutOfAll,
    all: comparison(whole, control),
    segments: by('segment').map(({ name: segment, ...compared }) => ({ segment, ...compared })),
    variants: by('variant').map(({ name: variant, ...compared }) => ({ variant, ...compared })),
  }
}

function comparison(rows: readonly SqlRow[], control: string): Comparison {
  const [treated, heldOut] = ['treated', control].map(arm => rows.find(row => row.arm === arm))
  return { treated: groupOf(treated), heldOut: groupOf(heldOut), uplift: upliftOver(outcomeOf(treated), outcomeOf(heldOut)) }
}

const outcomeOf = (row: SqlRow | undefined): GroupOutcome => ({
  customers: Number(row?.customers ?? 0),
  buyers: Number(row?.buyers ?? 0),
  meanRevenue: row === undefined ? 0 : Number(row.revenue) / Number(row.customers),
  revenueVariance: Number(row?.variance ?? 0),
})

/** Named variants that are told apart, those with the most customers: whoever gives each text a variant of its own gets an answer of that length. */
const MOST_VARIANTS = 100

/**
 * $1 campaign, $2 window in ms. Rows by arm: all of it; by segment and by variant; and by why a customer has no arm. A customer's first text is the
 * first that was drawn and, where none was, the first that was asked for. Customers are counted once, by everything they may be told apart by; the
 * rest is sums of the few cells that gives, revenue and its squares exactly. `span` says the same again, so that most orders are passed over before
 * anybody's are looked for.
 */
const resultsOver = (reached: string): string => `WITH clicks AS (
  SELECT request_id, count(*) AS clicks FROM link_clicks WHERE campaign_id = $1 AND automatic IS NULL GROUP BY request_id
), texts AS (
  SELECT l.customer_id, l.arm, l.drawn_at, l.segment, l.variant, l.status, coalesce(k.clicks, 0) AS clicks,
    CASE WHEN l.arm IS NULL THEN CASE l.status WHEN 'suppressed' THEN split_part(l.reason, ':', 1) ELSE 'waiting' END END AS why,
    row_number() OVER (PARTITION BY l.customer_id ORDER BY l.drawn_at, l.requested_at, l.id) AS nth
  FROM sms_ledger l LEFT JOIN clicks k ON k.request_id = l.id
  WHERE l.campaign_id = $1 AND l.class = 'marketing' AND l.customer_id IS NOT NULL
), ${reached}, span AS (
  SELECT min(drawn_at) AS first, max(drawn_at) + $2::bigint AS last FROM reached
), bought AS (
  SELECT r.customer_id, count(*) AS orders, sum(o.gross) AS revenue
  FROM reached r JOIN orders o ON o.customer_id = r.customer_id AND o.lines > 0
    AND o.first_at >= r.drawn_at AND o.first_at < r.drawn_at + $2::bigint
    AND o.first_at >= (SELECT first FROM span) AND o.first_at < (SELECT last FROM span)
  GROUP BY r.customer_id
), cells AS (
  SELECT arm, segment, variant, why, count(*) AS customers,
    count(*) FILTER (WHERE drawn_at + $2::bigint > extract(epoch FROM statement_timestamp()) * 1000) AS open,
    sum(texts) AS texts, sum(sent) AS sent, sum(delivered) AS delivered, sum(unknown) AS unknown, sum(clicks) AS clicks,
    count(*) FILTER (WHERE clicks > 0) AS clicked, count(b.customer_id) AS buyers, coalesce(sum(b.orders), 0) AS orders,
    coalesce(sum(b.revenue), 0) AS revenue, coalesce(sum(b.revenue * b.revenue), 0) AS squares
  FROM reached r LEFT JOIN bought b ON b.customer_id = r.customer_id
  GROUP BY arm, segment, variant, why
), named AS (
  SELECT variant FROM cells WHERE arm IS NOT NULL GROUP BY variant ORDER BY sum(customers) DESC, variant LIMIT ${MOST_VARIANTS}
)
SELECT CASE WHEN grouping(segment) = 0 THEN 'segment' WHEN grouping(variant) = 0 THEN 'variant' WHEN grouping(why) = 0 THEN 'why' ELSE 'all' END AS kind,
  arm, coalesce(segment, variant, why) AS name, sum(customers) AS customers, sum(open) AS open, sum(texts) AS texts, sum(sent) AS sent,
  sum(delivered) AS delivered, sum(unknown) AS unknown, sum(clicks) AS clicks, sum(clicked) AS clicked, sum(buyers) AS buyers,
  sum(orders) AS orders, sum(revenue)::text AS revenue,
  ((sum(squares) - sum(revenue) * sum(revenue) / sum(customers)) / nullif(sum(customers) - 1, 0))::double precision AS variance
FROM cells
GROUP BY GROUPING SETS ((arm), (arm, segment), (arm, variant), (arm, why))
HAVING CASE WHEN grouping(why) = 0 THEN arm IS NULL WHEN grouping(variant) = 0 THEN variant IS NULL OR variant IN (SELECT variant FROM named) ELSE true END
ORDER BY name`

const OF_TEXTS = `count(*) AS texts, count(*) FILTER (WHERE status IN ${WENT} OR clicks > 0) AS sent,
    count(*) FILTER (WHERE status = 'delivered') AS delivered, count(*) FILTER (WHERE status = 'unknown' AND clicks = 0) AS unknown,
    sum(clicks) AS clicks`

const RESULTS_OF_TEXTS = resultsOver(`reached AS (
  SELECT customer_id, min(drawn_at) AS drawn_at, max(arm) FILTER (WHERE nth = 1) AS arm, max(segment) FILTER (WHERE nth = 1) AS segment,
    max(variant) FILTER (WHERE nth = 1) AS variant, max(why) FILTER (WHERE nth = 1) AS why, ${OF_TEXTS}
  FROM texts GROUP BY customer_id
)`)

/**
 * Of versions that hold out as many as the newest that does: with another share the draw of who came early and who came late would not be the same, and
 * they differ by more than it.
 */
const RESULTS_OF_FLOW = resultsOver(`told AS (
  SELECT customer_id, ${OF_TEXTS} FROM texts GROUP BY customer_id
), drawn AS (
  SELECT DISTINCT ON (customer_id) customer_id, arm, segment, at FROM flow_entries
  WHERE campaign_id = $1
    AND holdout = (SELECT holdout FROM flow_entries WHERE campaign_id = $1 AND holdout > 0 ORDER BY version DESC LIMIT 1)
  ORDER BY customer_id, entry
), reached AS (
  SELECT d.customer_id, d.at AS drawn_at, d.arm, d.segment, NULL::text AS variant, NULL::text AS why, coalesce(t.texts, 0) AS texts,
    coalesce(t.sent, 0) AS sent, coalesce(t.delivered, 0) AS delivered, coalesce(t.unknown, 0) AS unknown, coalesce(t.clicks, 0) AS clicks
  FROM drawn d LEFT JOIN told t ON t.customer_id = d.customer_id
)`)
