import type { RecommendedItem } from '../schemas/records.ts'
import { association } from './association.ts'
import { worth } from './fading.ts'
import { type ItemIndex, TREND_HALF_LIFE } from './item-index.ts'
import { type Findings, nearUsual } from './live-strategies.ts'
import type { RankedTelling } from './ranker/ranked-telling.ts'
import type { Taste } from './taste.ts'

const STRATEGIES = ['collaborative', 'sequence', 'content', 'cross-sell', 'repurchase', 'trending', 'price'] as const
type Strategy = (typeof STRATEGIES)[number]
const BECAUSE = 3
/** Evidence worth this many customers is half of being sure. */
export const HALF_SURE = 30
/** What everybody does tells a tenth of what those tell who touched the same products. */
export const CROWD = 0.1
/** Saying the same of itself as what they touched is worth a customer. */
export const ALIKE = 1
/** From here on a price is told as a reason. */
const NEAR = 0.5

/** A chosen product as it is answered: with what each strategy says of it, because of which products, and how sure that is. */
export function toldItem(
  product: number,
  score: number,
  findings: Findings,
  taste: Taste,
  items: ItemIndex,
  told: RankedTelling | undefined,
): RecommendedItem {
  const { productId, name, price } = items.item(product)!
  const chance = told?.chanceOf(product)
  const shared = findings.shared.get(product) ?? items.sharedWith(product, findings.touched)
  const pointers = pointersTo(product, shared, findings, items)
  const collaborative = pointers.reduce((sum, { share }) => sum + share, 0) / findings.largest
  const ranked = told?.of(product)
  const near = nearUsual(product, findings, items)
  const scores: Readonly<Record<Strategy, number | undefined>> = {
    collaborative: most(ranked?.scores.collaborative, pointers.length === 0 ? undefined : collaborative),
    sequence: ranked?.scores.sequence,
    content: most(ranked?.scores.content, items.room.content.of(product) || undefined),
    'cross-sell': items.room.crossSell.of(product) || undefined,
    repurchase: most(ranked?.scores.repurchase, findings.due.get(product)),
    trending: most(ranked?.scores.trending, findings.trending.get(product)),
    price: near < NEAR ? undefined : near,
  }
  const strongest = pointers.sort((a, b) => b.share - a.share || (a.productId < b.productId ? -1 : 1)).slice(0, BECAUSE)
  const because = ranked?.because ?? strongest.map(pointer => pointer.productId)
  const reasons: RecommendedItem['reasons'] = []
  for (const strategy of STRATEGIES) {
    const found = scores[strategy]
    if (found === undefined) continue
    const reason: RecommendedItem['reasons'][number] = { strategy, score: round(found) }
    if (strategy === 'collaborative') reason.because = because
    if (strategy === 'cross-sell') Object.assign(reason, boughtTogether(product, shared, findings, taste, items))
    reasons.push(reason)
  }
  const sure = confidence(product, shared, findings, taste, items)
  const head: Omit<RecommendedItem, 'reasons'> =
    name === undefined ? { productId, score, confidence: sure } : { productId, name, score, confidence: sure }
  if (chance !== undefined) head.chance = round(chance)
  if (chance !== undefined && price !== undefined) head.expectedRevenue = (chance * Number(price)).toFixed(2)
  const item: RecommendedItem = Object.assign(head, { reasons })
  if (taste.bought.has(productId)) item.purchased = true
  return item
}

/**
 * The customer's own product that is bought together with this one most surely, and how surely.
 * @param shared with each touched product: the weight of the customers of both
 */
function boughtTogether(product: number, shared: Float64Array, { touched }: Findings, { bought }: Taste, items: ItemIndex) {
  const second = items.companyOf(product)
  let surest: { readonly productId: string; readonly met: ReturnType<typeof association> } | undefined
  for (const [i, { product: own, productId }] of touched.entries()) {
    if (!bought.has(productId)) continue
    const met = association({ both: shared[i]!, first: items.companyOf(own), second, all: items.allCompany })
    const surer = surest === undefined ? 1 : met.confidence - surest.met.confidence
    if (surer > 0 || (surer === 0 && productId < surest!.productId)) surest = { productId, met }
  }
  if (surest === undefined) return {}
  return { because: [surest.productId], confidence: round(surest.met.confidence), lift: round(surest.met.lift) }
}

const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)

/** The customer's own products that point to one, each with what it adds to its sum. */
function pointersTo(
  product: number,
  shared: Float64Array,
  { touched, today }: Findings,
  items: ItemIndex,
): { productId: string; share: number }[] {
  const pointers: { productId: string; share: number }[] = []
  for (let i = 0; i < touched.length; i++) {
    if (shared[i] === 0) continue
    const { product: own, productId, interest } = touched[i]!
    const share = interest * items.similarityBy(shared[i]!, own, product, today)
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
function confidence(product: number, shared: Float64Array, findings: Findings, { bought }: Taste, items: ItemIndex): number {
  const { now, today, touched, due, trending } = findings
  const { productId, trend } = items.item(product)!
  const company = touched.reduce((sum, own, i) => sum + own.interest * shared[i]!, 0) / today
  const repeats = (due.get(product) ?? 0) * ((bought.get(productId)?.times ?? 1) - 1)
  const crowd = trending.has(product) ? CROWD * worth(trend, Math.max(now, trend.at), TREND_HALF_LIFE) : 0
  const evidence = company + repeats + crowd + ALIKE * items.room.content.of(product)
  return round(evidence / (evidence + HALF_SURE))
}

/** Four decimals: what is behind them tells nothing. */
export const round = (value: number): number => Math.round(value * 1e4) / 1e4
