import type { RecommendedItem } from '../schemas/records.ts'
import { arrange } from './arrange.ts'
import { LIVE_GROUNDS, type Standing, strongest } from './grounds.ts'
import type { ItemIndex } from './item-index.ts'
import { type Style, usual } from './learning/variants.ts'
import { dearerThanUsual, type Findings, findLive, liveGrounds } from './live-strategies.ts'
import type { Ranker } from './ranker/rank.ts'
import { knownPast, RankedTelling } from './ranker/ranked-telling.ts'
import type { Known } from './segment-popularity.ts'
import { ruleFor } from './segment-rules.ts'
import { Strongest } from './strongest.ts'
import { noTaste, type Taste } from './taste.ts'
import { round, toldItem } from './told-item.ts'

/** How many products are kept that are new to the customer, and how many they have already. */
export interface Lengths {
  readonly fresh: number
  readonly again: number
}
const LENGTHS: Lengths = { fresh: 20, again: 20 }
/** So many times as many products as are kept are there to choose from when they are put in order. */
export const POOL = 2
/** Products that came since the ranker learnt: up to so many are asked one by one how they suit a customer. */
const FEW = 500
/** As much interest as tells where a customer's interests lie: that of one purchase. */
export const TELLING = 1
/**
 * A customer's list: what a ranker puts first, where there is one and it knows anything the customer touched; otherwise what the live
 * strategies find (live-strategies.ts).
 *
 * Products they have come after those they do not, marked `purchased`, and are for those who ask for them. What is unavailable or
 * disliked never comes. Deterministic: ties go by id.
 * @param now the instant ageing is measured from, epoch ms
 * @param traits of their profile: they tell for somebody of whom little else is known
 * @param standings filled, where it is given, with why each product stood where it did before rules and variety
 */
export function recommend(
  taste: Taste,
  items: ItemIndex,
  now: number,
  ranker?: Ranker,
  lengths = LENGTHS,
  style: Style = usual,
  traits: Known['traits'] = {},
  standings?: Map<string, Standing>,
): RecommendedItem[] {
  try {
    const past = ranker === undefined ? undefined : knownPast(taste, ranker)
    const told = past === undefined ? undefined : new RankedTelling(ranker!, past, { segment: taste.segment, traits }, items)
    const pool = { fresh: POOL * lengths.fresh, again: lengths.again }
    const { findings, fresh, again } =
      told === undefined ? byStrategies(taste, items, now, pool) : byRanker(taste, items, now, told, pool)
    const shown = [...arranged(fresh, lengths.fresh, findings, taste, items, style), ...again.found]
    if (standings !== undefined) explain(shown, findings, items, told, standings)
    return shown.map(({ product, score }) => toldItem(product, score, findings, taste, items, told))
  } finally {
    items.clear()
  }
}

/** What is chosen from, and what the live strategies say of it. */
interface Choice {
  readonly findings: Findings
  readonly fresh: Strongest
  readonly again: Strongest
}

function byStrategies(taste: Taste, items: ItemIndex, now: number, pool: Lengths): Choice {
  const findings = findLive(taste, items, now)
  const [fresh, again] = choose(taste, items, pool)
  return { findings, fresh, again }
}

/**
 * The ranker's order; strategies are asked of what it chose, for reasons, and of what was not there when it learnt. That stands among the chosen
 * where its live score would: just above those of lower ones. So what was added or sold first since the ranker learnt is not left out.
 */
function byRanker(taste: Taste, items: ItemIndex, now: number, told: RankedTelling, pool: Lengths): Choice {
  const [fresh, again] = chooseRanked(taste, items, told.rank(now), pool)
  const { unmet, isUnmet } = told.inIndex
  const chosen = [...fresh.found]
  const asked = [...chosen, ...again.found].map(({ product }) => product)
  const findings = findLive(taste, items, now, unmet.length <= FEW ? [...asked, ...unmet] : undefined)
  const lives = chosen.map(({ product }) => items.sums.of(product)).sort((a, b) => b - a)
  const scores = chosen.map(({ score }) => score)
  const lowest = lives.at(-1) ?? Number.POSITIVE_INFINITY
  // Of thousands that were not there most have nothing to do with the customer: only those that have a sum can stand above any.
  for (const product of items.sums.touched) {
    if (isUnmet[product] !== 1) continue
    const sum = items.sums.of(product)
    if (sum > lowest) offer(product, scores[lives.findIndex(live => live < sum)]!, taste, items, fresh, again)
  }
  return { findings, fresh, again }
}

/** By the ranker where it ranked a product; otherwise by what the strategies say, which put it among those that were. */
function explain(
  shown: readonly { readonly product: number }[],
  findings: Findings,
  items: ItemIndex,
  told: RankedTelling | undefined,
  standings: Map<string, Standing>,
): void {
  const ranked = told?.standings(shown.map(({ product }) => product))
  for (const { product } of shown)
    standings.set(items.item(product)!.productId, ranked?.get(product) ?? liveStanding(product, findings, items))
}

function liveStanding(product: number, findings: Findings, items: ItemIndex): Standing {
  const { values, adds } = liveGrounds(product, findings, items)
  return { by: 'strategies', score: items.sums.of(product), strongest: strongest(LIVE_GROUNDS, values, adds) }
}

/** For those who did nothing yet: what newcomers buy, where there is a ranker, those of the same traits above all, and what trends. */
export const recommendTrending = (items: ItemIndex, ranker?: Ranker, traits?: Known['traits']): RecommendedItem[] =>
  recommend(noTaste, items, items.trendsAt, ranker, LENGTHS, usual, traits)

/** The best products that the customer does not have, and the best that they have. Only what might be among them is looked up by its id. */
function choose({ bought, disliked }: Taste, items: ItemIndex, lengths: Lengths): [fresh: Strongest, again: Strongest] {
  const fresh = new Strongest(lengths.fresh)
  const again = new Strongest(lengths.again)
  for (const product of items.sums.touched) {
    const score = round(items.sums.of(product))
    if (!fresh.mayTake(score) && !again.mayTake(score)) continue
    const item = items.item(product)
    if (item?.available && !disliked.has(item.productId))
      (bought.has(item.productId) ? again : fresh).offer(product, item.productId, score)
  }
  return [fresh, again]
}

/** What the ranker puts first, of what is new to the customer and of what they have. */
function chooseRanked(
  taste: Taste,
  items: ItemIndex,
  ranked: ReadonlyMap<number, number>,
  lengths: Lengths,
): [fresh: Strongest, again: Strongest] {
  const fresh = new Strongest(lengths.fresh)
  const again = new Strongest(lengths.again)
  for (const [product, score] of ranked) offer(product, score, taste, items, fresh, again)
  return [fresh, again]
}

function offer(
  product: number,
  score: number,
  { bought, disliked }: Taste,
  items: ItemIndex,
  fresh: Strongest,
  again: Strongest,
): void {
  const rounded = round(score)
  if (!fresh.mayTake(rounded) && !again.mayTake(rounded)) return
  const item = items.item(product)
  if (item?.available && !disliked.has(item.productId))
    (bought.has(item.productId) ? again : fresh).offer(product, item.productId, rounded)
}

/** The best of what is new to the customer, as the style or else their segment's rule leans, and with some variety. */
function arranged(fresh: Strongest, most: number, findings: Findings, taste: Taste, items: ItemIndex, style: Style) {
  const { lean, strength } = style.rule ?? ruleFor(taste)
  const pool = fresh.found.map(one => ({
    ...one,
    category: items.item(one.product)?.category,
    lean: lean === 'personal' ? 0 : strength * suits(one.product, lean, findings, items),
  }))
  const alike = (a: (typeof pool)[number], b: (typeof pool)[number]) => items.content.alike(a.product, b.product)
  const shares = sharesOf(findings, items)
  return arrange(pool, most, { nats: style.variety, alike, share: category => shares.get(category) ?? 0 }).map(
    ({ one, score }) => ({ product: one.product, score: round(score) }),
  )
}

/** How much of a customer's interest goes to each category, the less told of the less: 0–1. */
function sharesOf({ touched }: Findings, items: ItemIndex): Map<string, number> {
  const all = touched.reduce((sum, { interest }) => sum + interest, TELLING)
  const shares = new Map<string, number>()
  for (const { product, interest } of touched) {
    const category = items.item(product)?.category
    if (category !== undefined) shares.set(category, (shares.get(category) ?? 0) + interest / all)
  }
  return shares
}

/** How well a product fits what a rule leans to: 0–1 for what trends, −1–1 for what is dearer or cheaper than the customer usually buys. */
function suits(product: number, lean: 'premium' | 'value' | 'popular', findings: Findings, items: ItemIndex): number {
  if (lean === 'popular') return findings.trending.get(product) ?? 0
  const dearer = dearerThanUsual(product, findings, items)
  return lean === 'premium' ? dearer : -dearer
}
