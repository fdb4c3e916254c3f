import type { CampaignResultsView } from './campaign-results-view.ts'
import type { CampaignResults, Comparison } from './ports/campaign-results.ts'
import { presentExperiment } from './present-experiment.ts'
import { inMoney, presentGroup } from './present-group.ts'

const HOUR = 3_600_000

/** What is asked: which campaign, after how long purchases no longer count, in whose money. */
export interface ResultsAsked {
  readonly campaignId: string
  readonly windowMs: number
  readonly currency: string
  /** The smallest effect that matters, as a share of what is. */
  readonly smallestEffect: number
}

export const presentCampaignResults = (
  { campaignId, windowMs, currency, smallestEffect }: ResultsAsked,
  { all, segments, variants, flow, experiments, ...told }: CampaignResults,
): CampaignResultsView => ({
  campaignId,
  currency,
  windowHours: windowMs / HOUR,
  audience: told.audience,
  neither: { ...told.neither },
  comparedWith: told.comparedWith,
  heldOutOfAll: told.heldOutOfAll,
  ...presentComparison(all, told.comparedWith),
  segments: segments.map(({ segment, ...one }) => ({ segment, ...presentComparison(one, told.comparedWith) })),
  variants: variants.map(({ variant, ...one }) => ({ variant, ...presentComparison(one, told.comparedWith) })),
  flow: flow.map(({ ended, ...version }) => ({ ...version, ended: { ...ended } })),
  experiments: experiments.map(experiment => presentExperiment(experiment, smallestEffect)),
})

function presentComparison({ treated, heldOut, uplift }: Comparison, comparedWith: CampaignResults['comparedWith']) {
  const { conversion, revenue, says } = uplift
  const ofAll =
    comparedWith === 'all' && conversion !== null
      ? ' Those held out got no marketing at all: this is what all of it did, not this campaign alone.'
      : ''
  return {
    treated: presentGroup(treated),
    heldOut: presentGroup(heldOut),
    uplift: {
      conversion,
      revenuePerCustomer: revenue === null ? null : inMoney(revenue),
      says: `${says}${ofAll}`,
    },
  }
}
