import type { CampaignTold } from '../../../schemas/campaign.ts'
import type { Flow, TriggerType } from '../../../schemas/flow.ts'
import { type Campaign, runnable } from './campaign.ts'

/** What of a campaign is kept: what was told last, and the flows of all versions to the letter: what is sealed of them is the same bytes wherever they were kept. */
export interface KeptCampaign {
  readonly told: Omit<CampaignTold, 'flow' | 'categories'>
  readonly flows: Readonly<Record<string, { readonly flow: string; readonly categories: readonly (readonly string[])[] }>>
  /** As it stood before the last word: by it goes what was due by then. Absent: it was not there. */
  readonly before?: { readonly status: Campaign['status']; readonly version: number; readonly launchedAt: number }
}

/**
 * A word on a campaign, kept. What is over stays over, and a version is what it was told to be first. A word that is older than the last was
 * told again by somebody who died meanwhile: it changes nothing.
 */
export function keep(kept: KeptCampaign | undefined, { flow, categories = [], ...told }: CampaignTold): KeptCampaign {
  const before = kept && { status: kept.told.status, version: kept.told.version, launchedAt: kept.told.launchedAt }
  if (kept !== undefined && before !== undefined && told.at < kept.told.at) return { ...kept, before }
  const status = kept?.told.status === 'stopped' ? 'stopped' : told.status
  const own = kept?.flows[told.version] ?? { flow, categories }
  return { told: { ...told, status }, flows: { ...kept?.flows, [told.version]: own }, ...(before && { before }) }
}

/** A campaign ready to run. */
export function campaignOf({ told, flows }: KeptCampaign): Campaign {
  const { id, status, version, launchedAt, zone, shares } = told
  const ready = Object.entries(flows).map(([number, { flow, categories }]) => {
    const products = new Map(categories.map(([product, category]) => [product!, category!]))
    return [Number(number), runnable(JSON.parse(flow) as Flow, products)] as const
  })
  return { id, status, version, launchedAt, zone, flows: new Map(ready), shares }
}

/** Of triggers that no event of a customer's pulls: at the launch everybody is asked. */
const ASKING: ReadonlySet<TriggerType> = new Set(['manual', 'date', 'schedule', 'birthday', 'inactivity'])

export const asksEverybody = ({ trigger }: Flow): boolean => ASKING.has(trigger?.type ?? 'manual')
