import { expect, test } from 'vitest'
import { keep } from '../../../../models/flow/run/campaigns.ts'
import type { CampaignTold } from '../../../../schemas/campaign.ts'
import { exampleFlow } from '../../../../serving/flow-document.ts'

const word = (at: number, status: CampaignTold['status'], version = 1): CampaignTold => ({
  id: 'thanks',
  version,
  status,
  at,
  launchedAt: 1,
  zone: 'UTC',
  flow: JSON.stringify(exampleFlow),
  audience: false,
})

test('words that are appended again let nothing go on that was paused since', () => {
  const words = [word(1, 'running'), word(2, 'paused')]
  const once = keep(keep(undefined, words[0]!), words[1]!)
  for (const again of words) {
    const kept = keep(once, again)
    expect(kept.told).toEqual(once.told)
    expect(kept.before).toEqual({ status: 'paused', version: 1, launchedAt: 1 })
  }
})
