import { campaignEdgeTable } from '../consumers/conversation-state.ts'
import { type IntentSums, weightAt } from '../models/campaign-edge.ts'
import type { Sql } from '../streams/sql.ts'

/** One way from a customer to a campaign, by what they wrote for. `sentiment` is the sum of how the messages are felt, each from −1 to 1. */
export interface CampaignTie extends Omit<IntentSums, 'engagement'> {
  readonly customerId: string
  readonly campaignId: string
  /** Count × worth of the intent × engagement, at `now` (models/campaign-edge.ts). */
  readonly weight: number
}

/** The campaigns of some customers, in the order of customer, campaign and intent. One query by the primary key; `now` in epoch ms. */
export async function campaignTies(sql: Sql, customerIds: readonly string[], now: number): Promise<CampaignTie[]> {
  const rows = await sql.query(
    'SELECT customer_id, campaign_id, intents FROM campaign_edges WHERE customer_id = ANY($1::text[]) ORDER BY customer_id, campaign_id',
    [customerIds],
  )
  return rows.flatMap(row =>
    campaignEdgeTable.entry(row).map(sums => {
      const { engagement: _, sentiment, ...counts } = sums
      return {
        customerId: row.customer_id as string,
        campaignId: row.campaign_id as string,
        ...counts,
        sentiment: sentiment / 1000,
        weight: weightAt(sums, now),
      }
    }),
  )
}
