import type { CampaignTold } from '../schemas/campaign.ts'
import { events } from '../schemas/topics.ts'
import type { Reports } from '../streams/scanner.ts'

/**
 * campaign_words → every partition of `events`: what became of campaigns. Words of one that are appended again name instants that have been told of
 * (models/flow/run/campaigns.ts), so they change nothing.
 */
export const campaignWords: Reports = {
  name: 'campaign-words',
  outputs: [events],
  table: 'campaign_words',
  id: 'id',
  order: 'seq',
  columns: ['campaign_id', 'status', 'told'],
  kind: row => row.status as string,
  ids: row => ({ campaignId: row.campaign_id }),
  records: row => [
    {
      topic: events,
      key: row.campaign_id as string,
      everywhere: true,
      value: { type: 'campaign', campaign: JSON.parse(row.told as string) as CampaignTold },
    },
  ],
}
