import type { RecommendedItem } from '../schemas/records.ts'
import { worth } from './fading.ts'
import { type ItemIndex, TREND_HALF_LIFE } from './item-index.ts'
import { type Findings, findLive, nearUsual } from './live-strategies.ts'
import type { Ranker } from './ranker/rank.ts'
import { knownPast, RankedTelling } from './ranker/ranked-telling.ts'
import { Strongest } from './strongest.ts'
import { noTaste, type Taste } from './taste.ts'

const STRATEGIES = ['collaborative', 'sequence', 'content', 'cross-sell', 'repurchase', 'trending', 'price'] as const
type Strategy = (typeof STRATEGIES)[number]
/** How many products are kept that are new to the customer, and how many they have already. */
export interface Lengths {
  readonly fresh: number
  readonly again: number
}
const LENGTHS: Lengths = { fresh: 20, again: 20 }
const BECAUSE = 3
/** Evidence worth this many customers is half of being sure. */
const HALF_SURE = 30
/** What everybody does tells a tenth of what those tell who touched the same products. */
const CROWD = 0.1
/** Saying the same of itself as what they touched is worth a customer. */
const ALIKE = 1
/** From here on a price is told as a reason. */
const NEAR = 0.5

/**
 * A customer's list: what a ranker puts first, where there is one and it knows anything the customer touched; otherwise what the live
 * strategies find (live-strategies.ts).
 *
 * Products they have come after those they do not, marked `purchased`, and are for those who ask for them. What is unavailable or
 * disliked never comes. Deterministic: ties go by id.
 * @param now the instant ageing is measured from, epoch ms
 */
export function recommend(taste: Taste, items: ItemIndex, now: number, ranker?: Ranker, lengths = LENGTHS): RecommendedItem[] {
  try {
    const findings = findLive(taste, items, now)
    const past = ranker === undefined ? undefined : knownPast(taste, ranker)
    const told = past === undefined ? undefined : new RankedTelling(ranker!, past)
    const [fresh, again] = told === undefined ? choose(taste, items, lengths) : chooseRanked(taste, items, told, now, lengths)
    return [...fresh.found, ...again.found].map(({ product, score }) => toItem(product, score, findings, taste, items, told))
  } finally {
    items.clear()
  }
}

/** For those nothing is known of: what newcomers buy, where there is a ranker, and what trends. */
export const recommendTrending = (items: ItemIndex, ranker?: Ranker): RecommendedItem[] =>
  recommend(noTaste, items, items.trendsAt, ranker)

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

/**
 * The ranker's order. What was not there when it learnt stands among what is new to the customer where its live score would: just above the
 * known products of lower ones. So what was added or sold first since the ranker learnt is not left out.
 */
function chooseRanked(
  taste: Taste,
  items: ItemIndex,
  told: RankedTelling,
  now: number,
  lengths: Lengths,
): [fresh: Strongest, again: Strongest] {
  const fresh = new Strongest(lengths.fresh)
  const again = new Strongest(lengths.again)
  const offer = (product: number, score: number) => {
    const item = items.item(product)
    if (item?.available && !taste.disliked.has(item.productId))
      (taste.bought.has(item.productId) ? again : fresh).offer(product, item.productId, round(score))
  }
  const known: { live: number; score: number }[] = []
  for (const [productId, score] of told.rank(now)) {
    const product = items.numberOf(productId)
    if (product === undefined) continue
    offer(product, score)
    if (!taste.bought.has(productId)) known.push({ live: items.sums.of(product), score })
  }
  const lives = known.map(({ live }) => live).sort((a, b) => b - a)
  const scores = known.map(({ score }) => score).sort((a, b) => b - a)
  for (const product of items.sums.touched) {
    const item = items.item(product)
    if (item === undefined || told.hasMet(item.productId)) continue
    const sum = items.sums.of(product)
    const place = lives.findIndex(live => live < sum)
    if (place >= 0) offer(product, scores[place]!)
  }
  return [fresh, again]
}

function toItem(
  product: number,
  score: number,
  findings: Findings,
  taste: Taste,
  items: ItemIndex,
  told: RankedTelling | undefined,
): RecommendedItem {
  const { productId, name } = items.item(product)!
  const pointers = pointersTo(product, findings, items)
  const collaborative = pointers.reduce((sum, { share }) => sum + share, 0) / findings.largest
  const ranked = told?.of(productId)
  const near = nearUsual(product, findings, items)
  const scores: { [S in Strategy]?: number | undefined } = {
    ...ranked?.scores,
    collaborative: most(ranked?.scores.collaborative, pointers.length === 0 ? undefined : collaborative),
    content: most(ranked?.scores.content, items.room.content.of(product) || undefined),
    'cross-sell': items.room.crossSell.of(product) || undefined,
    price: near < NEAR ? undefined : near,
    repurchase: most(ranked?.scores.repurchase, findings.due.get(product)),
    trending: most(ranked?.scores.trending, findings.trending.get(product)),
  }
  const strongest = pointers.sort((a, b) => b.share - a.share || (a.productId < b.productId ? -1 : 1)).slice(0, BECAUSE)
  const because = ranked?.because ?? strongest.map(pointer => pointer.productId)
  return {
    productId,
    ...(name === undefined ? {} : { name }),
    score,
    confidence: confidence(product, findings, taste, items),
    reasons: STRATEGIES.filter(strategy => scores[strategy] !== undefined).map(strategy => ({
      strategy,
      score: round(scores[strategy]!),
      ...(strategy === 'collaborative' ? { because } : {}),
    })),
    ...(taste.bought.has(productId) ? { purchased: true } : {}),
  }
}

const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)

/** The customer's own products that point to one, each with what it adds to its sum. */
function pointersTo(product: number, { touched, today }: Findings, items: ItemIndex): { productId: string; share: number }[] {
  const pointers: { productId: string; share: number }[] = []
  for (const { product: own, productId, interest } of touched) {
    const share = interest * items.similarityOf(own, product, today)
    if (share > 0) pointers.push({ productId, share })
  }
  return pointers
}

/**
 * How much evidence stands behind an item, 0–1: e / (e + 30) for evidence worth e customers of today. So an estimate from e
 * observations is weighed against knowing nothing (credibility, Bühlmann 1967): no evidence gives 0, and none is enough for 1.
 *
 * Evidence adds up over the customer's own products that point to the item (the customers that the two share, by how much this
 * customer is drawn to the pointing one) and over strategies: the customer's own repeats, by how due the next is, a tenth of the
 * interest that makes it trend, and up to one for words in common. On Online Retail, with lists from what came before September 2011: of the tenth of items with the
 * least confidence (below 0.3) 1.5 % were bought that month, of the tenth with the most (above 0.9) 16 %.
 */
function confidence(product: number, findings: Findings, { bought }: Taste, items: ItemIndex): number {
  const { now, today, touched, due, trending } = findings
  const { productId, trend } = items.item(product)!
  const company = touched.reduce((sum, own) => sum + (own.interest * items.sharedBy(own.product, product)) / today, 0)
  const repeats = (due.get(product) ?? 0) * ((bought.get(productId)?.times ?? 1) - 1)
  const crowd = trending.has(product) ? CROWD * worth(trend, Math.max(now, trend.at), TREND_HALF_LIFE) : 0
  const evidence = company + repeats + crowd + ALIKE * items.room.content.of(product)
  return round(evidence / (evidence + HALF_SURE))
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4
