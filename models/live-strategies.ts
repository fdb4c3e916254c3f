import { beyondChance } from './association.ts'
import type { ItemIndex } from './item-index.ts'
import { weightOf } from './item-similarity.ts'
import { nearness, type UsualPrice, usualPrice } from './price-affinity.ts'
import { type Bought, firstOf, lastOf, type Taste } from './taste.ts'

const DAY = 86_400_000
/** What a customer touched counts half after a week without. */
const MEMORY_HALF_LIFE = 7 * DAY
/** How much each strategy's score (0–1) weighs in an item's: the weights of the field, until a ranker has learnt better ones. */
export const WEIGHTS = { collaborative: 0.3, content: 0.25, crossSell: 0.2, temporal: 0.15, price: 0.1 } as const

/** A product the customer touched lately, and how much it counts now (0–1). */
export interface Touched {
  readonly product: number
  readonly productId: string
  readonly interest: number
}

/** What each strategy found, by product number: what a chosen item's reasons are told from. */
export interface Findings {
  readonly now: number
  /** `weightOf` now. */
  readonly today: number
  readonly touched: readonly Touched[]
  /** Of the largest sum of neighbours, which scores 1. */
  readonly largest: number
  readonly due: ReadonlyMap<number, number>
  readonly trending: ReadonlyMap<number, number>
  readonly usualPrice: UsualPrice | undefined
}

/**
 * Asks every strategy, and leaves in `items.sums` the score of every product that one of them found; what each said stands in `items.room`.
 *
 * - collaborative: products that share customers with what they touched lately
 * - content: products that say of themselves what those say
 * - cross-sell: what goes with what they bought, beyond what chance gives
 * - temporal: what they are due to buy again, and what trends in this season
 * - price: of all these, what costs as much as they usually pay
 */
export function findLive(taste: Taste, items: ItemIndex, now: number): Findings {
  const { sums, room } = items
  const touched = touchedLately(taste, items, now)
  const today = weightOf(now)
  for (const { product, interest } of touched)
    items.forEachNeighbour(product, today, (other, similarity) => room.collaborative.add(other, interest * similarity))
  const largest = room.collaborative.scale(1)
  findAlike(touched, items)
  findCompany(taste, touched, items)
  const due = dueNow(taste, items, now)
  const trending = new Map<number, number>()
  for (const { product, relative } of items.hottest(now)) trending.set(product, relative)
  for (const strategy of ['collaborative', 'content', 'crossSell'] as const)
    for (const product of room[strategy].touched) sums.add(product, WEIGHTS[strategy] * room[strategy].of(product))
  for (const [product, score] of trending) sums.add(product, WEIGHTS.temporal * Math.max(score, due.get(product) ?? 0))
  for (const [product, score] of due) if (!trending.has(product)) sums.add(product, WEIGHTS.temporal * score)
  const usual = usualPrice(
    touched.flatMap(({ product, interest }) => {
      const logPrice = items.logPriceOf(product)
      return logPrice === undefined ? [] : [{ logPrice, weight: interest }]
    }),
  )
  const findings = { now, today, touched, largest, due, trending, usualPrice: usual }
  if (usual !== undefined)
    for (const product of sums.touched) sums.add(product, WEIGHTS.price * nearUsual(product, findings, items))
  return findings
}

/** How near a product's price is to what the customer usually pays, 0–1; 0 where either is not known. */
export function nearUsual(product: number, { usualPrice: usual }: Findings, items: ItemIndex): number {
  const logPrice = items.logPriceOf(product)
  return usual === undefined || logPrice === undefined ? 0 : nearness(logPrice, usual)
}

/** How much dearer than usual a product is for the customer, from −1 to 1, two spreads off being all of it; 0 where it is not known. */
export function dearerThanUsual(product: number, { usualPrice: usual }: Findings, items: ItemIndex): number {
  const logPrice = items.logPriceOf(product)
  return usual === undefined || logPrice === undefined
    ? 0
    : Math.max(-1, Math.min(1, (logPrice - usual.mean) / (2 * usual.spread)))
}

function touchedLately({ recent }: Taste, items: ItemIndex, now: number): Touched[] {
  const touched: Touched[] = []
  for (const { productId, value, at } of recent) {
    const product = items.numberOf(productId)
    if (product !== undefined)
      touched.push({ product, productId, interest: Math.min(1, value) * 2 ** (-(now - at) / MEMORY_HALF_LIFE) })
  }
  return touched
}

function findAlike(touched: readonly Touched[], items: ItemIndex): void {
  const own = new Set(touched.map(({ product }) => product))
  items.content.forEachAlike(touched, (product, cosine) => {
    if (!own.has(product)) items.room.content.add(product, cosine)
  })
  items.room.content.scale(1)
}

function findCompany({ bought }: Taste, touched: readonly Touched[], items: ItemIndex): void {
  for (const { product, productId, interest } of touched) {
    if (!bought.has(productId)) continue
    const first = items.companyOf(product)
    items.forEachShared(product, (other, both) => {
      items.room.crossSell.add(other, interest * beyondChance(both, first, items.companyOf(other), items.allCompany))
    })
  }
  items.room.crossSell.scale(1)
}

/** A product bought at least twice is due when its mean interval has passed: 1 then, falling to both sides. */
function dueNow({ bought }: Taste, items: ItemIndex, now: number): Map<number, number> {
  const found = new Map<number, number>()
  for (const [productId, history] of bought) {
    const due = dueness(history, now)
    if (due <= 0.1) continue
    const product = items.numberOf(productId)
    if (product !== undefined) found.set(product, due)
  }
  return found
}

/** How due a repurchase is, 0–1: a bell over the logarithm of elapsed time in mean intervals. */
export function dueness(bought: Bought, now: number): number {
  const interval = bought.times < 2 ? 0 : (lastOf(bought) - firstOf(bought)) / (bought.times - 1)
  const elapsed = now - lastOf(bought)
  return interval < DAY || elapsed <= 0 ? 0 : Math.exp(-2 * Math.log(elapsed / interval) ** 2)
}
