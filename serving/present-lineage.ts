import type { Static } from 'typebox'
import { CONTEXT } from '../models/learning/context.ts'
import type { Recommendation } from '../schemas/records.ts'
import type { LineageView } from './lineage-view.ts'

/** A list's lineage as it is answered. One that was made before lineage was kept has only its versions and reasons. */
export function presentLineage({
  customerId,
  recommendationId,
  seq,
  asOf,
  variant,
  versions,
  items,
  lineage,
}: Recommendation): Static<typeof LineageView> {
  return {
    recommendationId,
    customerId,
    asOf,
    events: {
      count: seq,
      last: lineage?.event ?? null,
      position:
        lineage === undefined ? null : { topic: 'customer-changes', partition: lineage.partition, offset: lineage.offset },
    },
    views: { items: versions.items, cuts: versions.cuts },
    models: { ranker: versions.ranker ?? null, learning: versions.learning ?? null, clicks: lineage?.clicks ?? false },
    choice: { variant, ...(lineage?.choice ?? { by: 'rule', propensity: 1, propensities: { [variant]: 1 } }) },
    features: {
      segment: lineage?.segment ?? null,
      context: Object.fromEntries((lineage?.context ?? []).map((value, i) => [CONTEXT[i] ?? `${i}`, value])),
    },
    items: items.map(({ productId, score, confidence, purchased, reasons }) => ({
      productId,
      score,
      confidence,
      purchased: purchased ?? false,
      strategies: [...reasons].sort((a, b) => b.score - a.score),
    })),
  }
}
