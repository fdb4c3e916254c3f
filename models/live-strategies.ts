import { beyondChance } from './association.ts'
import type { ItemIndex } from './item-index.ts'
import { weightOf } from './item-similarity.ts'
import { nearness, type UsualPrice, usualPrice } from './price-affinity.ts'
import { type Bought, firstOf, lastOf, type Taste } from './taste.ts'

const DAY = 86_400_000
/** What a customer touched counts half after a week without. */
export const MEMORY_HALF_LIFE = 7 * DAY
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
  /** Of products that were asked one by one: the weight of the customers shared with each touched product. */
  readonly shared: ReadonlyMap<number, Float64Array>
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
 *
 * @param among the products that matter, each once, where not all do: a ranker has chosen some, and asking them one by one is cheaper than finding all
 */
export function findLive(taste: Taste, items: ItemIndex, now: number, among?: readonly number[]): Findings {
  const { sums, room } = items
  const touched = touchedLately(taste, items, now)
  const today = weightOf(now)
  const shared = new Map<number, Float64Array>()
  if (among === undefined) findAll(taste, touched, items, today)
  else askEach(among, taste, touched, items, today, shared)
  const largest = room.collaborative.scale(1)
  room.content.scale(1)
  room.crossSell.scale(1)
  const due = dueNow(taste, items, now)
  const trending = items.trends(now)
  for (const strategy of ['collaborative', 'content', 'crossSell'] as const)
    for (const product of room[strategy].touched) sums.add(product, WEIGHTS[strategy] * room[strategy].of(product))
  const addTemporal = (product: number) =>
    sums.add(product, WEIGHTS.temporal * Math.max(trending.get(product) ?? 0, due.get(product) ?? 0))
  if (among !== undefined) for (const product of among) addTemporal(product)
  else {
    for (const product of trending.keys()) addTemporal(product)
    for (const product of due.keys()) if (!trending.has(product)) addTemporal(product)
  }
  const usual = usualPrice(
    touched.flatMap(({ product, interest }) => {
      const logPrice = items.logPriceOf(product)
      return logPrice === undefined ? [] : [{ logPrice, weight: interest }]
    }),
  )
  const findings = { now, today, touched, shared, largest, due, trending, usualPrice: usual }
  if (usual !== undefined)
    for (const product of sums.touched) sums.add(product, WEIGHTS.price * nearUsual(product, findings, items))
  return findings
}

/** Goes from what was touched to everything it leads to. */
function findAll({ bought }: Taste, touched: readonly Touched[], items: ItemIndex, today: number): void {
  const { room, content } = items
  const own = new Set(touched.map(({ product }) => product))
  content.forEachAlike(content.likingOf(touched), (product, cosine) => {
    if (!own.has(product)) room.content.add(product, cosine)
  })
  for (const { product, productId, interest } of touched) {
    items.forEachNeighbour(product, today, (other, similarity) => room.collaborative.add(other, interest * similarity))
    if (!bought.has(productId)) continue
    const first = items.companyOf(product)
    items.forEachShared(product, (other, both) => {
      room.crossSell.add(other, interest * beyondChance(both, first, items.companyOf(other), items.allCompany))
    })
  }
}

/** Asks of each product what leads to it. @param told filled with what each shares with the touched products */
function askEach(
  among: readonly number[],
  { bought }: Taste,
  touched: readonly Touched[],
  items: ItemIndex,
  today: number,
  told: Map<number, Float64Array>,
): void {
  const { room, content } = items
  const own = new Set(touched.map(({ product }) => product))
  const liking = content.likingOf(touched)
  const known = touched.map(({ product }) => items.item(product) !== undefined)
  const sold = touched.map(({ productId }) => bought.has(productId))
  for (const product of among) {
    if (items.item(product) === undefined) continue
    if (!own.has(product)) room.content.add(product, content.cosine(liking, product))
    const shared = items.sharedWith(product, touched)
    told.set(product, shared)
    let [collaborative, crossSell] = [0, 0]
    for (let k = 0; k < touched.length; k++) {
      const both = shared[k]!
      if (both === 0 || !known[k]) continue
      const { product: other, interest } = touched[k]!
      collaborative += interest * items.similarityBy(both, other, product, today)
      if (sold[k]) crossSell += interest * beyondChance(both, items.companyOf(other), items.companyOf(product), items.allCompany)
    }
    room.collaborative.add(product, collaborative)
    room.crossSell.add(product, crossSell)
  }
}

/** What each strategy says of a product, and what of its score in `items.sums` that is: together they are all of it. In the order of LIVE_GROUNDS. */
export function liveGrounds(product: number, findings: Findings, items: ItemIndex): { values: number[]; adds: number[] } {
  const { collaborative, content, crossSell } = items.room
  const temporal = Math.max(findings.trending.get(product) ?? 0, findings.due.get(product) ?? 0)
  const values = [
    collaborative.of(product),
    content.of(product),
    crossSell.of(product),
    temporal,
    nearUsual(product, findings, items),
  ]
  const weights = [WEIGHTS.collaborative, WEIGHTS.content, WEIGHTS.crossSell, WEIGHTS.temporal, WEIGHTS.price]
  return { values, adds: values.map((value, k) => weights[k]! * value) }
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
