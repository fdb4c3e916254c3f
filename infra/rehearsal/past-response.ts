import type { PastResponse } from '../../models/flow/rehearse/expected-response.ts'
import type { Attribution } from '../../serving/ports/attribution.ts'
import type { CampaignClicks } from '../../serving/ports/links.ts'
import type { Tx } from '../../streams/sql.ts'

/** So many campaigns are looked at, those that wrote last: what came of texts long ago says less. */
const MOST = 20

/** What came of the texts of campaigns so far, of those that sent any. */
export async function pastResponse(sql: Tx, clicks: CampaignClicks, attribution: Attribution): Promise<PastResponse[]> {
  const rows = await sql.query(SENT, [MOST])
  const past: PastResponse[] = []
  for (const row of rows) {
    const campaignId = row.campaign_id as string
    const [followed, credited] = [await clicks.of(campaignId), await attribution.of(campaignId)]
    past.push({
      campaignId,
      sent: row.sent as number,
      linked: followed?.all.sent ?? 0,
      clicked: followed?.all.clicked ?? 0,
      orders: credited?.all.orders ?? 0,
      revenue: credited?.all.revenue ?? 0n,
    })
  }
  return past
}

/** $1 how many. */
const SENT = `SELECT campaign_id, count(*)::integer AS sent FROM sms_ledger
WHERE class = 'marketing' AND campaign_id IS NOT NULL AND status IN ('submitted', 'delivered', 'undelivered', 'expired')
GROUP BY campaign_id ORDER BY max(requested_at) DESC, campaign_id LIMIT $1`
