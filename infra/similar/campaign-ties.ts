import { campaignEdgeTable } from '../../consumers/conversation-state.ts'
import { weightAt } from '../../models/campaign-edge.ts'
import type { CampaignTie } from '../../models/similar/rank-campaigns.ts'
import type { Sql } from '../../streams/sql.ts'

/**
 * The campaigns of some customers, in the order of customer, campaign and intent. One query by the primary key.
 *
 * Weights are those at the newest message of them all: what everything has faded since changes no order.
 */
export async function campaignTies(sql: Sql, customerIds: readonly string[]): Promise<CampaignTie[]> {
  const rows = await sql.query(
    `SELECT customer_id, campaign_id, newest_at, intents FROM campaign_edges
      WHERE customer_id = ANY($1::text[]) ORDER BY customer_id, campaign_id`,
    [customerIds],
  )
  const newest = rows.reduce((latest, row) => Math.max(latest, row.newest_at as number), Number.MIN_SAFE_INTEGER)
  return rows.flatMap(row =>
    campaignEdgeTable.entry(row).map(sums => ({
      customerId: row.customer_id as string,
      campaignId: row.campaign_id as string,
      intent: sums.intent,
      inbound: sums.inbound,
      sentiment: sums.sentiment / 1000,
      weight: weightAt(sums, newest),
    })),
  )
}
