import { judge } from '../models/experiment/advice.ts'
import { rateSequence } from '../models/experiment/confidence-sequence.ts'
import type { CampaignResultsView } from './campaign-results-view.ts'
import type { ExperimentResults, VariantResults } from './ports/campaign-results.ts'
import { presentGroup } from './present-group.ts'

/** What an experiment found so far, and what to do about it. */
export function presentExperiment(
  { shares, variants, ...experiment }: ExperimentResults,
  smallestEffect: number,
): CampaignResultsView['experiments'][number] {
  const tested = variants.map(({ variant: name, over }) => ({ name, ...over }))
  const { differences, smallest, advice } = judge(tested, smallestEffect)
  return {
    ...experiment,
    variants: variants.map(variant => presentVariant(variant, shares[variant.variant])),
    differences: differences.map(one => ({ ...one })),
    smallestEffect: { relative: smallestEffect, points: smallest },
    advice: { winner: null, morePerVariant: null, ...advice },
  }
}

function presentVariant({ variant, reached, over, ...group }: VariantResults, share: number | undefined) {
  const rate = over.of === 0 ? null : { of: over.of, reached: over.hits, ...rateSequence(over) }
  return { variant, share: share ?? null, ...presentGroup(group), reached, rate }
}
