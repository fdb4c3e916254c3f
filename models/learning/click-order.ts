import type { RecommendedItem } from '../../schemas/records.ts'
import { logOdds } from '../bandit/ftrl.ts'
import { clickSlots } from './click-features.ts'
import { type ClickModel, isProven } from './click-model.ts'

/** How much a click that is e times as likely as the list's average counts, and at most: it decides between what suits about as well. */
const SAY = 0.1

/**
 * Puts what is new to the customer into the order of scores and chances of clicks together; the scores stay as they fall, and what they
 * have stays where it is. Without a proven model nothing moves.
 */
export function byClicks(
  items: readonly RecommendedItem[],
  segment: string | null,
  model: ClickModel | undefined,
): readonly RecommendedItem[] {
  if (model === undefined || !isProven(model)) return items
  const fresh = items.filter(({ purchased }) => !purchased)
  const said = fresh.map(item => logOdds(model.ftrl, clickSlots(item, segment)))
  const mean = said.reduce((sum, one) => sum + one, 0) / fresh.length
  const keys = fresh.map(({ score }, i) => logit(score) + SAY * Math.max(-1, Math.min(1, said[i]! - mean)))
  const order = [...fresh.keys()].sort((a, b) => keys[b]! - keys[a]! || a - b)
  const moved = order.map((from, place) => ({ ...fresh[from]!, score: fresh[place]!.score }))
  return [...moved, ...items.filter(({ purchased }) => purchased)]
}

const logit = (score: number): number => Math.log(Math.max(score, 1e-9)) - Math.log(Math.max(1 - score, 1e-9))
