import { sharesByWeight } from '../../models/experiment/learnt-shares.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { ExperimentResults, FlowResults, VariantResults } from '../ports/campaign-results.ts'
import { groupOf, WENT } from './group-of.ts'

/** What became of those who came to a campaign, the newest version first. */
export async function flowResults(sql: Sql, campaignId: string): Promise<FlowResults[]> {
  const rows = await sql.query(
    'SELECT version, arm, reason, count(*) AS count FROM flow_entries WHERE campaign_id = $1 GROUP BY version, arm, reason ORDER BY version DESC, reason',
    [campaignId],
  )
  const sum = (some: readonly SqlRow[]) => some.reduce((total, row) => total + Number(row.count), 0)
  return [...new Set(rows.map(row => row.version as number))].map(version => {
    const own = rows.filter(row => row.version === version)
    const treated = own.filter(row => row.arm === 'treated')
    return {
      version,
      entered: sum(treated),
      heldOut: sum(own.filter(row => row.arm === 'held_out')),
      onTheirWay: sum(treated.filter(row => row.reason === null)),
      ended: Object.fromEntries(treated.filter(row => row.reason !== null).map(row => [row.reason, Number(row.count)])),
    }
  })
}

/**
 * What became of the variants of a campaign's experiments, the newest version first, variants as the flow has them. A customer belongs to the variant that
 * they got first, and what they did counts from when they got it, for as long as the window: so late conversions are their variant's, whatever is
 * drawn for others by then.
 */
export async function experimentResults(sql: Sql, campaignId: string, windowMs: number): Promise<ExperimentResults[]> {
  const [rows, versions, shares] = await Promise.all([
    sql.query(EXPERIMENTS, [campaignId, windowMs]),
    sql.query('SELECT version, flow FROM campaign_versions WHERE campaign_id = $1 ORDER BY version DESC', [campaignId]),
    sql.query(
      'SELECT DISTINCT ON (version) version, shares FROM campaign_shares WHERE campaign_id = $1 ORDER BY version, at DESC',
      [campaignId],
    ),
  ])
  return versions.flatMap(({ version, flow: text }) => {
    const flow = JSON.parse(text as string) as Flow
    const learnt = shares.find(row => row.version === version)?.shares as string | undefined
    return flow.steps.flatMap(step => {
      const own = rows.filter(row => row.version === version && row.step === step.id)
      if (step.type !== 'experiment' || own.length === 0) return []
      return [
        {
          version: version as number,
          step: step.id,
          allocation: step.allocation ?? 'fixed',
          outcome: flow.goal?.event ?? ('click' as const),
          shares: (learnt === undefined ? {} : (JSON.parse(learnt) as Shares))[step.id] ?? sharesByWeight(step.variants),
          variants: step.variants.flatMap(({ name }) => own.filter(row => row.variant === name).map(variantOf)),
        },
      ]
    })
  })
}

type Shares = Readonly<Record<string, Readonly<Record<string, number>>>>

const variantOf = (row: SqlRow): VariantResults => ({
  variant: row.variant as string,
  ...groupOf(row),
  reached: Number(row.reached),
  over: { of: Number(row.over), hits: Number(row.over_reached) },
  spent:
    Number(row.over) < 2
      ? null
      : {
          of: Number(row.over),
          mean: Number(row.over_revenue) / Number(row.over),
          variance: Number(row.variance),
          buyers: Number(row.over_buyers),
        },
})

/**
 * $1 campaign, $2 window in ms. A row a variant. A reply counts while its customer is on their way: that is when it is one to the campaign. `span` passes
 * most orders over before anybody's are looked for.
 */
const EXPERIMENTS = `WITH goals AS (
  SELECT version, coalesce(flow::json #>> '{goal,event}', 'click') AS goal FROM campaign_versions WHERE campaign_id = $1
), got AS (
  SELECT version, step, customer_id, variant, a.at, a.at + $2::bigint AS until, g.goal
  FROM flow_assignments a JOIN goals g USING (version) WHERE a.campaign_id = $1
), span AS (
  SELECT min(at) AS first, max(until) AS last FROM got
), visits AS (
  SELECT g.version, g.step, customer_id, count(*) AS clicks
  FROM got g JOIN link_clicks c USING (customer_id)
  WHERE c.campaign_id = $1 AND c.automatic IS NULL AND c.at >= g.at AND c.at < g.until GROUP BY 1, 2, 3
), clicked AS (
  SELECT DISTINCT request_id FROM link_clicks WHERE campaign_id = $1 AND automatic IS NULL
), texts AS (
  SELECT g.version, g.step, customer_id, count(*) AS texts,
    count(*) FILTER (WHERE l.status IN ${WENT} OR c.request_id IS NOT NULL) AS sent, count(*) FILTER (WHERE l.status = 'delivered') AS delivered,
    count(*) FILTER (WHERE l.status = 'unknown' AND c.request_id IS NULL) AS unknown
  FROM got g JOIN sms_ledger l USING (customer_id) LEFT JOIN clicked c ON c.request_id = l.id
  WHERE l.campaign_id = $1 AND l.class = 'marketing' AND l.requested_at >= g.at AND l.requested_at < g.until GROUP BY 1, 2, 3
), bought AS (
  SELECT g.version, g.step, customer_id, count(*) AS orders, sum(o.gross) AS revenue
  FROM got g JOIN orders o USING (customer_id)
  WHERE o.lines > 0 AND o.first_at >= g.at AND o.first_at < g.until
    AND o.first_at >= (SELECT first FROM span) AND o.first_at < (SELECT last FROM span) GROUP BY 1, 2, 3
), replied AS (
  SELECT DISTINCT g.version, g.step, customer_id
  FROM got g JOIN flow_entries e USING (customer_id)
  WHERE g.goal = 'reply' AND e.campaign_id = $1 AND e.reason = 'goal' AND e.ended_at >= g.at AND e.ended_at < g.until
), each AS (
  SELECT version, step, variant, g.until <= extract(epoch FROM statement_timestamp()) * 1000 AS over,
    CASE g.goal WHEN 'purchase' THEN b.orders IS NOT NULL WHEN 'reply' THEN r.customer_id IS NOT NULL ELSE v.clicks IS NOT NULL END AS reached,
    t.texts, t.sent, t.delivered, t.unknown, v.clicks, b.orders, b.revenue
  FROM got g LEFT JOIN visits v USING (version, step, customer_id) LEFT JOIN texts t USING (version, step, customer_id)
    LEFT JOIN bought b USING (version, step, customer_id) LEFT JOIN replied r USING (version, step, customer_id)
)
SELECT version, step, variant, count(*) AS customers, count(*) FILTER (WHERE NOT over) AS open, coalesce(sum(texts), 0) AS texts,
  coalesce(sum(sent), 0) AS sent, coalesce(sum(delivered), 0) AS delivered, coalesce(sum(unknown), 0) AS unknown,
  coalesce(sum(clicks), 0) AS clicks, count(clicks) AS clicked, count(orders) AS buyers, coalesce(sum(orders), 0) AS orders,
  coalesce(sum(revenue), 0)::text AS revenue, count(*) FILTER (WHERE reached) AS reached, count(*) FILTER (WHERE over) AS over,
  count(*) FILTER (WHERE over AND reached) AS over_reached, count(orders) FILTER (WHERE over) AS over_buyers,
  coalesce(sum(revenue) FILTER (WHERE over), 0)::text AS over_revenue,
  ((coalesce(sum(revenue * revenue) FILTER (WHERE over), 0)
    - coalesce(sum(revenue) FILTER (WHERE over) * sum(revenue) FILTER (WHERE over), 0) / nullif(count(*) FILTER (WHERE over), 0))
    / nullif(count(*) FILTER (WHERE over) - 1, 0))::double precision AS variance
FROM each GROUP BY version, step, variant`
