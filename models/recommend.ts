import type { RecommendedItem } from '../schemas/records.ts'
import type { ItemIndex } from './item-index.ts'
import type { Bought, Taste } from './taste.ts'

const DAY = 86_400_000
/** What a customer touched counts half after a week without. */
const MEMORY_HALF_LIFE = 7 * DAY
/** How much each strategy's score (0–1) weighs in an item's. */
const WEIGHTS = { collaborative: 0.6, repurchase: 0.25, trending: 0.15 } as const
type Strategy = keyof typeof WEIGHTS
/** How many products are kept that are new to the customer, and how many they have already. */
const NEW = 20
const AGAIN = 10
const BECAUSE = 3

interface Candidate {
  readonly scores: { [S in Strategy]?: number }
  readonly because: Map<string, number>
}

/**
 * A customer's list: products that share customers with what they touched lately, what they are due to buy again, and what trends.
 *
 * Products they have come after those they do not, marked `purchased`, and are for those who ask for them. Unavailable ones never come.
 * Deterministic: ties go by id.
 * @param now the instant ageing is measured from, epoch ms
 */
export function recommend(taste: Taste, items: ItemIndex, now: number): RecommendedItem[] {
  const candidates = new Map<string, Candidate>()
  addNeighbours(candidates, taste, items, now)
  addDue(candidates, taste, now)
  addTrending(candidates, items)
  const ranked = [...candidates]
    .filter(([productId]) => items.get(productId)?.available ?? false)
    .map(([productId, candidate]) => toItem(productId, candidate, items, taste.bought.has(productId)))
    .sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1))
  const fresh = ranked.filter(item => !item.purchased).slice(0, NEW)
  const again = ranked.filter(item => item.purchased).slice(0, AGAIN)
  return [...fresh, ...again]
}

/** What trends, for those nothing is known of. */
export const recommendTrending = (items: ItemIndex): RecommendedItem[] =>
  recommend({ at: 0, bought: new Map(), recent: [] }, items, 0)

function addNeighbours(candidates: Map<string, Candidate>, { recent }: Taste, items: ItemIndex, now: number): void {
  const sums = new Map<string, Map<string, number>>()
  for (const { productId, value, at } of recent) {
    const interest = Math.min(1, value) * 2 ** (-(now - at) / MEMORY_HALF_LIFE)
    for (const [other, similar] of items.neighbours(productId, now)) {
      let because = sums.get(other)
      if (because === undefined) sums.set(other, (because = new Map()))
      because.set(productId, interest * similar)
    }
  }
  const totals = [...sums].map(([productId, because]) => [productId, [...because.values()].reduce((a, b) => a + b, 0), because] as const)
  const most = totals.reduce((best, [, total]) => Math.max(best, total), 0)
  if (most === 0) return
  for (const [productId, total, because] of totals) candidates.set(productId, { scores: { collaborative: total / most }, because })
}

/** A product bought at least twice is due when its mean interval has passed: 1 then, falling to both sides. */
function addDue(candidates: Map<string, Candidate>, { bought }: Taste, now: number): void {
  for (const [productId, history] of bought) {
    const due = dueness(history, now)
    if (due > 0.1) candidateOf(candidates, productId).scores.repurchase = due
  }
}

/** How due a repurchase is, 0–1: a bell over the logarithm of elapsed time in mean intervals. */
export function dueness({ times, firstAt, lastAt }: Bought, now: number): number {
  const interval = times < 2 ? 0 : (lastAt - firstAt) / (times - 1)
  const elapsed = now - lastAt
  return interval < DAY || elapsed <= 0 ? 0 : Math.exp(-2 * Math.log(elapsed / interval) ** 2)
}

function addTrending(candidates: Map<string, Candidate>, items: ItemIndex): void {
  for (const { productId, relative } of items.hottest()) candidateOf(candidates, productId).scores.trending = relative
}

function candidateOf(candidates: Map<string, Candidate>, productId: string): Candidate {
  let candidate = candidates.get(productId)
  if (candidate === undefined) candidates.set(productId, (candidate = { scores: {}, because: new Map() }))
  return candidate
}

function toItem(productId: string, { scores, because }: Candidate, items: ItemIndex, purchased: boolean): RecommendedItem {
  const name = items.get(productId)?.name
  const strategies = (Object.keys(WEIGHTS) as Strategy[]).filter(strategy => scores[strategy] !== undefined)
  const score = strategies.reduce((sum, strategy) => sum + WEIGHTS[strategy] * scores[strategy]!, 0)
  const strongest = [...because].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, BECAUSE)
  return {
    productId,
    ...(name === undefined ? {} : { name }),
    score: round(score),
    // More products pointing to it, and more strategies agreeing, make it surer.
    confidence: round(1 - 0.5 ** (because.size + strategies.length - 1 + (scores.collaborative ?? 0))),
    reasons: strategies.map(strategy => ({
      strategy,
      score: round(scores[strategy]!),
      ...(strategy === 'collaborative' ? { because: strongest.map(([id]) => id) } : {}),
    })),
    ...(purchased ? { purchased } : {}),
  }
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4
