import type { Static } from 'typebox'
import type { Standing } from '../models/grounds.ts'
import { CONTEXT } from '../models/learning/context.ts'
import { decodeStandings } from '../models/standing-bytes.ts'
import type { LineageView, StandingView } from './lineage-view.ts'
import type { KnownList } from './ports/lineages.ts'

/** A list's lineage as it is answered. One that was made before lineage was kept has only its versions and reasons. */
export function presentLineage({ list, order }: KnownList): Static<typeof LineageView> {
  const { customerId, recommendationId, seq, asOf, variant, versions, items, lineage } = list
  const standings = lineage?.standings === undefined ? undefined : decodeStandings(lineage.standings)
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
    rule: lineage?.rule ?? null,
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
      standing: presentStanding(standings?.[order.indexOf(productId)]),
    })),
  }
}

function presentStanding(standing: Standing | undefined): Static<typeof StandingView> | null {
  if (standing === undefined) return null
  const { by, score, strongest } = standing
  const told = strongest.reduce((sum, { adds }) => sum + adds, 0)
  return {
    by,
    score,
    grounds: strongest.map(({ name, value, adds }) => ({ name, value: Number.isFinite(value) ? value : null, adds })),
    others: Math.round((score - told) * 1000) / 1000,
  }
}
