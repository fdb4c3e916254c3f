import { alphaOfPairs, type Difference, judge } from '../models/experiment/advice.ts'
import { rateSequence } from '../models/experiment/confidence-sequence.ts'
import { meanDifferenceSequence } from '../models/experiment/mean-sequence.ts'
import type { CampaignResultsView } from './campaign-results-view.ts'
import type { ExperimentResults, VariantResults } from './ports/campaign-results.ts'
import { inMoney, presentGroup } from './present-group.ts'

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
    differences: differences.map(one => ({ ...one, revenuePerCustomer: revenueOver(variants, one) })),
    smallestEffect: { relative: smallestEffect, points: smallest },
    advice: { winner: null, morePerVariant: null, ...advice },
  }
}

/** Most spend nothing and few very much: of fewer buyers their variance is not known. */
const FEW_BUYERS = 10

function revenueOver(variants: readonly VariantResults[], { variant, over }: Difference) {
  const [these, others] = [variant, over].map(name => variants.find(one => one.variant === name)?.spent)
  if (!these || !others || Math.min(these.buyers, others.buyers) < FEW_BUYERS) return null
  return inMoney(meanDifferenceSequence(these, others, alphaOfPairs(variants.length)))
}

function presentVariant({ variant, reached, over, spent: _, ...group }: VariantResults, share: number | undefined) {
  const rate = over.of === 0 ? null : { of: over.of, reached: over.hits, ...rateSequence(over) }
  return { variant, share: share ?? null, ...presentGroup(group), reached, rate }
}
