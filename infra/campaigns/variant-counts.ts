import type { Tried } from '../../models/bandit/thompson.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Sql } from '../../streams/sql.ts'

/** By step, then variant: how many got it, and how many of them did what the flow is for. */
export type VariantCounts = Readonly<Record<string, Readonly<Record<string, Tried>>>>

/** What of a version of a campaign is counted. */
export interface Counted {
  readonly campaignId: string
  readonly version: number
  readonly flow: Flow
  /** How long after a customer got a variant what they do counts for it. */
  readonly windowMs: number
}

/**
 * The counts of the experiments that learn, each variant of the flow in its order. They are the `customers` and `reached` of the results
 * (serving/lookups/experiments.ts) and nothing beside, for they are asked for every minute.
 */
export async function variantCounts(sql: Sql, { campaignId, version, flow, windowMs }: Counted): Promise<VariantCounts> {
  const learning = flow.steps.flatMap(step => (step.type === 'experiment' && step.allocation === 'thompson' ? [step] : []))
  const steps = learning.map(({ id }) => id)
  const [tried, succeeded] = await Promise.all([
    sql.query(`SELECT step, variant, count(*) AS count FROM flow_assignments g WHERE ${OF_STEPS} GROUP BY step, variant`, [
      campaignId,
      version,
      steps,
    ]),
    sql.query(
      `SELECT step, variant, count(*) AS count FROM flow_assignments g
       WHERE ${OF_STEPS} AND EXISTS (${DID[flow.goal?.event ?? 'click']}) GROUP BY step, variant`,
      [campaignId, version, steps, windowMs],
    ),
  ])
  const find = (rows: typeof tried, step: string, variant: string): number =>
    Number(rows.find(row => row.step === step && row.variant === variant)?.count ?? 0)
  return Object.fromEntries(
    learning.map(({ id, variants }) => [
      id,
      Object.fromEntries(
        variants.map(({ name }) => [name, { trials: find(tried, id, name), successes: find(succeeded, id, name) }]),
      ),
    ]),
  )
}

/** $1 campaign, $2 version, $3 steps. */
const OF_STEPS = 'g.campaign_id = $1 AND g.version = $2 AND g.step = ANY($3::text[])'

/** $4 window in ms. */
const DID = {
  purchase: `SELECT FROM orders o WHERE o.customer_id = g.customer_id AND o.lines > 0
    AND o.first_at >= g.at AND o.first_at < g.at + $4::bigint`,
  click: `SELECT FROM link_clicks c WHERE c.customer_id = g.customer_id AND c.campaign_id = $1 AND c.automatic IS NULL
    AND c.at >= g.at AND c.at < g.at + $4::bigint`,
  reply: `SELECT FROM flow_entries e WHERE e.customer_id = g.customer_id AND e.campaign_id = $1 AND e.reason = 'goal'
    AND e.ended_at >= g.at AND e.ended_at < g.at + $4::bigint`,
}
