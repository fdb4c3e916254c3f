import type { RecommendedItem } from '../../schemas/records.ts'
import { slotOf } from '../bandit/ftrl.ts'

/** What of an item on a list may tell whether it is clicked, besides where it stood. */
export type Clickable = Pick<RecommendedItem, 'productId' | 'score' | 'confidence' | 'reasons'>

/** Scores and confidences in so many steps. */
const STEPS = 10

/** Slots of an item's features. `place` counts from 0; without one, what is said holds wherever it stands. */
export function clickSlots(
  { productId, score, confidence, reasons }: Clickable,
  segment: string | null,
  place?: number,
): number[] {
  const step = (value: number) => Math.min(STEPS - 1, Math.floor(value * STEPS))
  const names = [
    'any',
    `product ${productId}`,
    `score ${step(score)}`,
    `confidence ${step(confidence)}`,
    `segment ${segment ?? 'none'}`,
    ...reasons.map(({ strategy, score: said }) => `${strategy} ${said >= 0.5 ? 'strong' : 'weak'}`),
    ...(place === undefined ? [] : [`place ${place}`]),
  ]
  return [...new Set(names.map(slotOf))]
}
