import { asksEverybody } from '../models/flow/run/campaigns.ts'
import type { CampaignTold } from '../schemas/campaign.ts'
import type { Flow } from '../schemas/flow.ts'
import { events } from '../schemas/topics.ts'
import type { Outbound } from '../streams/outbound.ts'

/** A campaign to be told. `flow` is one that the checker passed; `launches`: it begins now, so whom no event brings in is asked. */
export interface CampaignWord extends Omit<CampaignTold, 'flow' | 'audience'> {
  readonly flow: Flow
  readonly launches: boolean
}

/** The record by which every partition, and so each customer's flows, hears of a campaign. To tell it again does no harm. */
export function campaignRecord({ flow, launches, ...word }: CampaignWord): Outbound {
  const campaign: CampaignTold = { ...word, flow: JSON.stringify(flow), audience: launches && asksEverybody(flow) }
  return { topic: events, key: word.id, everywhere: true, value: { type: 'campaign', campaign } }
}
