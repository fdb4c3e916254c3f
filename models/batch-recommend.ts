import { arrange, type Variety } from './arrange.ts'
import { BatchAlike } from './batch-alike.ts'
import { worth } from './fading.ts'
import { HalfLife } from './half-life.ts'
import { type ItemIndex, TREND_HALF_LIFE } from './item-index.ts'
import { weightOf } from './item-similarity.ts'
import { usual } from './learning/variants.ts'
import { MEMORY_HALF_LIFE, WEIGHTS } from './live-strategies.ts'
import { type NeighbourRows, neighbourRows } from './neighbour-rows.ts'
import { nearness, type UsualPrice, usualPrice } from './price-affinity.ts'
import { POOL, TELLING } from './recommend.ts'
import { ruleFor, type SegmentRule } from './segment-rules.ts'
import { ALIKE, CROWD, HALF_SURE, round } from './told-item.ts'

/** A customer who only ever bought, in columns: what of a Taste a list of new products rests on. */
export interface BuyerTaste {
  /** What they were drawn to lately, the first `size`, in the order of `Taste.recent`. */
  readonly touched: Int32Array
  readonly size: number
  /** By product: the interest in it, and as of when (epoch ms). */
  readonly value: Float64Array
  readonly at: Float64Array
  /** By product: 1 of what they have. */
  readonly bought: Uint8Array
  readonly segment: string | null
}

interface Candidate {
  readonly id: string
  readonly product: number
  readonly score: number
  readonly lean: number
  readonly category: string | undefined
}

/** As much as a rounded score can lie above what it was before. */
const ROUNDING = 1e-4
/** Of so few products all are gone through for everybody: that costs less than to note which of them were met. */
const DENSE = 4096
/** Numbers a product has in `said`, and which is whose; the first is the collaborative one. */
const SAID = 3
const [CROSS_SELL, CONTENT] = [1, 2] as const

/**
 * The lists of many buyers at one instant: for each what `recommend` answers without a ranker, products they do not have alone. The same order of the same sums, so
 * equal to the last bit; what leads from product to product and what trends is worked out once for all, and nothing is allocated for products that do not matter.
 *
 * The index must not change meanwhile.
 */
export class BatchRecommender {
  /** The list asked for last: products, best first, the first as many as `ask` said. */
  readonly product: Int32Array
  readonly score: Float64Array
  readonly confidence: Float64Array
  /** Which strategy speaks loudest for each: its place in LIVE_GROUNDS. */
  readonly why: Uint8Array
  private readonly items: ItemIndex
  private readonly count: number
  private readonly now: number
  private readonly today: number
  private readonly memory = new HalfLife(MEMORY_HALF_LIFE)
  private readonly neighbours: NeighbourRows
  private readonly alike: BatchAlike
  /** What strategies say of the customer's products, SAID numbers each: collaborative, cross-sell, content. */
  private readonly said: Float64Array
  /** Products of which one of the first three says something, the first `met`. */
  private readonly found: Int32Array
  private met = 0
  /** All products are found then, always. */
  private readonly isDense: boolean
  /** The largest that each of the three says, which scores 1. */
  private collaborative = 0
  private crossSell = 0
  private content = 0
  /** By product: how hot it is (0–1), its log price or NaN, whether it may be shown, its id's place among all, what the crowd is worth as evidence, and its category's number or −1. */
  private readonly heat: Float64Array
  private readonly logPrice: Float64Array
  private readonly isShown: Uint8Array
  private readonly rank: Int32Array
  private readonly crowd: Float64Array
  private readonly category: Int32Array
  private readonly categories = new Map<string, number>()
  private readonly trending: Int32Array
  /** Of those, what nothing else speaks for. */
  private readonly cold: Int32Array
  /** Of the customer at hand. */
  private readonly interest: Float64Array
  private readonly isOwn: Uint8Array
  /** Of the product at hand: what it shares with others. */
  private readonly sharedWith: Float64Array
  private taste: Pick<BuyerTaste, 'touched' | 'size'> = { touched: new Int32Array(0), size: 0 }
  /** All interest, and what of it counts. */
  private allInterest = 0
  private readonly variety: Variety<Candidate>
  private readonly pool: Int32Array
  private readonly poolScore: Float64Array
  private pooled = 0
  private readonly rules = new Map<string | null, SegmentRule>()

  /** @param now epoch ms @param count how many products a list has at most @param dense for tests: whether products are noted changes no list */
  constructor(items: ItemIndex, now: number, count: number, dense = DENSE) {
    const products = productsOf(items)
    ;[this.items, this.now, this.count, this.today] = [items, now, count, weightOf(now)]
    this.neighbours = neighbourRows(items, products, now)
    this.isDense = products <= dense
    this.alike = new BatchAlike(items.content, products, this.isDense)
    ;[this.crowd, this.interest] = [new Float64Array(products), new Float64Array(products)]
    this.said = new Float64Array(SAID * products)
    this.heat = new Float64Array(products)
    this.found = this.isDense ? Int32Array.from({ length: products }, (_, product) => product) : new Int32Array(products)
    this.sharedWith = new Float64Array(products)
    this.logPrice = Float64Array.from({ length: products }, (_, product) => items.logPriceOf(product) ?? Number.NaN)
    this.isShown = Uint8Array.from({ length: products }, (_, product) => (items.item(product)?.available ? 1 : 0))
    this.category = Int32Array.from({ length: products }, (_, product) => this.categoryOf(items.item(product)?.category))
    this.rank = ranksOf(items, products)
    const trends = items.trends(now)
    this.trending = Int32Array.from(trends.keys())
    for (const [product, relative] of trends) {
      const { trend } = items.item(product)!
      this.heat[product] = relative
      this.crowd[product] = CROWD * worth(trend, Math.max(now, trend.at), TREND_HALF_LIFE)
    }
    this.variety = {
      nats: usual.variety,
      alike: (one, other) => items.content.alike(one.product, other.product),
      share: category => this.shareOf(this.categories.get(category)!),
    }
    this.cold = new Int32Array(trends.size)
    this.isOwn = new Uint8Array(products)
    this.pool = new Int32Array(POOL * count)
    this.poolScore = new Float64Array(POOL * count)
    this.product = new Int32Array(count)
    this.score = new Float64Array(count)
    this.confidence = new Float64Array(count)
    this.why = new Uint8Array(count)
  }

  /** Makes a list. @returns how many products it has */
  ask(taste: BuyerTaste): number {
    const { touched, size, value, at } = taste
    const { isOwn, interest, now } = this
    this.taste = taste
    this.allInterest = TELLING
    for (let k = 0; k < size; k++) {
      const product = touched[k]!
      isOwn[product] = 1
      const drawn = Math.min(1, value[product]!) * this.memory.left(now - at[product]!)
      interest[k] = drawn
      this.allInterest += drawn
    }
    this.follow(touched, size)
    this.compare(touched, size)
    this.measure()
    const price = this.usualPriceOf(taste)
    this.choose(taste.bought, price)
    const length = this.tell(taste, price)
    for (let k = 0; k < size; k++) isOwn[touched[k]!] = 0
    this.forget()
    return length
  }

  /** Goes from what was touched to all that shares customers with it. */
  private follow(touched: Int32Array, size: number): void {
    const { said, found, interest } = this
    const { start, other, value } = this.neighbours
    const { isDense } = this
    let met = isDense ? found.length : 0
    for (let k = 0; k < size; k++) {
      const drawn = interest[k]!
      const end = start[touched[k]! + 1]!
      for (let at = start[touched[k]!]!; at < end; at++) {
        const amount = drawn * value[2 * at]!
        if (isDense) {
          const place = SAID * other[at]!
          said[place]! += amount
          said[place + CROSS_SELL]! += drawn * value[2 * at + 1]!
          continue
        }
        // Of what was so long ago that nothing of it is left in a double.
        if (amount === 0) continue
        const place = SAID * other[at]!
        if (said[place] === 0) found[met++] = other[at]!
        said[place]! += amount
        said[place + CROSS_SELL]! += drawn * value[2 * at + 1]!
      }
    }
    this.met = met
  }

  private compare(touched: Int32Array, size: number): void {
    const { said, found, alike } = this
    const count = alike.find(touched, this.interest, size, this.isOwn)
    for (let k = 0; k < count; k++) {
      const product = alike.product[k]!
      if (!this.isDense && said[SAID * product] === 0) found[this.met++] = product
      said[SAID * product + CONTENT] = alike.cosine[k]!
    }
  }

  private measure(): void {
    const { said, found, met } = this
    let [collaborative, crossSell, content] = [0, 0, 0]
    for (let k = 0; k < met; k++) {
      const place = SAID * found[k]!
      if (said[place]! > collaborative) collaborative = said[place]!
      if (said[place + CROSS_SELL]! > crossSell) crossSell = said[place + CROSS_SELL]!
      if (said[place + CONTENT]! > content) content = said[place + CONTENT]!
    }
    ;[this.collaborative, this.crossSell, this.content] = [collaborative, crossSell, content]
  }

  private forget(): void {
    const { said, found, met } = this
    if (this.isDense) {
      said.fill(0)
      return
    }
    for (let k = 0; k < met; k++) {
      const place = SAID * found[k]!
      said[place] = 0
      said[place + CROSS_SELL] = 0
      said[place + CONTENT] = 0
    }
  }

  private usualPriceOf({ touched, size }: BuyerTaste): UsualPrice | undefined {
    const paid: { logPrice: number; weight: number }[] = []
    for (let k = 0; k < size; k++) {
      const logPrice = this.logPrice[touched[k]!]!
      if (!Number.isNaN(logPrice)) paid.push({ logPrice, weight: this.interest[k]! })
    }
    return usualPrice(paid)
  }

  /** Puts the best of what any strategy found into the pool. */
  private choose(bought: Uint8Array, price: UsualPrice | undefined): void {
    const { trending, said } = this
    this.pooled = 0
    this.chooseFrom(this.found, this.met, bought, price)
    if (this.isDense) return
    let size = 0
    for (let k = 0; k < trending.length; k++) {
      const place = SAID * trending[k]!
      if (said[place] === 0 && said[place + CONTENT] === 0) this.cold[size++] = trending[k]!
    }
    this.chooseFrom(this.cold, size, bought, price)
  }

  private chooseFrom(products: Int32Array, size: number, bought: Uint8Array, price: UsualPrice | undefined): void {
    const { said, heat, isShown, pool, poolScore } = this
    const perA = perOf(WEIGHTS.collaborative, this.collaborative)
    const perB = perOf(WEIGHTS.crossSell, this.crossSell)
    const perC = perOf(WEIGHTS.content, this.content)
    const most = (price === undefined ? 0 : WEIGHTS.price) + ROUNDING
    let least = this.pooled === pool.length ? (poolScore[this.pooled - 1] ?? 0) - most : 0
    for (let k = 0; k < size; k++) {
      const product = products[k]!
      const place = SAID * product
      const bound =
        perA * said[place]! + perB * said[place + CROSS_SELL]! + perC * said[place + CONTENT]! + WEIGHTS.temporal * heat[product]!
      if (bound < least || isShown[product] === 0 || bought[product] === 1) continue
      const sum = this.sumOf(product, price)
      if (!(sum > 0)) continue
      this.offer(product, round(sum))
      if (this.pooled === pool.length) least = (poolScore[this.pooled - 1] ?? 0) - most
    }
  }

  /** What the strategies' scores come to, added up in the order of `findLive`. */
  private sumOf(product: number, price: UsualPrice | undefined): number {
    const { said } = this
    const place = SAID * product
    let sum = 0
    if (said[place]! > 0) sum += WEIGHTS.collaborative * (said[place]! / this.collaborative)
    if (said[place + CONTENT]! > 0) sum += WEIGHTS.content * (said[place + CONTENT]! / this.content)
    if (said[place + CROSS_SELL]! > 0) sum += WEIGHTS.crossSell * (said[place + CROSS_SELL]! / this.crossSell)
    sum += WEIGHTS.temporal * this.heat[product]!
    // A price speaks only of what another strategy found.
    return sum > 0 ? sum + WEIGHTS.price * this.nearUsual(product, price) : 0
  }

  private nearUsual(product: number, price: UsualPrice | undefined): number {
    const logPrice = this.logPrice[product]!
    return price === undefined || Number.isNaN(logPrice) ? 0 : nearness(logPrice, price)
  }

  private offer(product: number, score: number): void {
    const { pool, poolScore, rank } = this
    let place = this.pooled
    for (; place > 0; place--) {
      const other = poolScore[place - 1]!
      if (other > score || (other === score && rank[product]! > rank[pool[place - 1]!]!)) break
    }
    if (place >= pool.length) return
    if (this.pooled < pool.length) this.pooled++
    for (let k = this.pooled - 1; k > place; k--) {
      pool[k] = pool[k - 1]!
      poolScore[k] = poolScore[k - 1]!
    }
    pool[place] = product
    poolScore[place] = score
  }

  /** Puts the pool into the order it is shown in, and says how sure each is and why. */
  private tell(taste: BuyerTaste, price: UsualPrice | undefined): number {
    const rule = this.ruleOf(taste.segment)
    const candidates: Candidate[] = []
    for (let k = 0; k < this.pooled; k++) {
      const product = this.pool[k]!
      const { productId: id, category } = this.items.item(product)!
      candidates.push({ id, product, score: this.poolScore[k]!, lean: this.leanOf(product, rule, price), category })
    }
    const shown = arrange(candidates, this.count, this.variety)
    for (let k = 0; k < shown.length; k++) {
      const { product } = shown[k]!.one
      this.product[k] = product
      this.score[k] = round(shown[k]!.score)
      this.confidence[k] = this.confidenceIn(product, taste)
      this.why[k] = this.loudest(product, price)
    }
    return shown.length
  }

  private ruleOf(segment: string | null): SegmentRule {
    let rule = this.rules.get(segment)
    if (rule === undefined) {
      rule = ruleFor({ segment, mood: 0 })
      this.rules.set(segment, rule)
    }
    return rule
  }

  private leanOf(product: number, { lean, strength }: SegmentRule, price: UsualPrice | undefined): number {
    if (lean === 'personal') return 0
    if (lean === 'popular') return strength * this.heat[product]!
    const logPrice = this.logPrice[product]!
    const dearer =
      price === undefined || Number.isNaN(logPrice) ? 0 : Math.max(-1, Math.min(1, (logPrice - price.mean) / (2 * price.spread)))
    return strength * (lean === 'premium' ? dearer : -dearer)
  }

  /** How much of the customer's interest goes to a category. */
  private shareOf(category: number): number {
    const { touched, size } = this.taste
    let share = 0
    for (let k = 0; k < size; k++) if (this.category[touched[k]!] === category) share += this.interest[k]! / this.allInterest
    return share
  }

  private categoryOf(name: string | undefined): number {
    if (name === undefined) return -1
    if (!this.categories.has(name)) this.categories.set(name, this.categories.size)
    return this.categories.get(name)!
  }

  /** As models/told-item.ts says; of what is new to the customer, whose repeats tell nothing. */
  private confidenceIn(product: number, { touched, size }: BuyerTaste): number {
    let company = 0
    const { sharedWith, interest } = this
    const { start, other, shared } = this.neighbours
    const end = start[product + 1]!
    for (let at = start[product]!; at < end; at++) sharedWith[other[at]!] = shared[at]!
    for (let k = 0; k < size; k++) company += interest[k]! * sharedWith[touched[k]!]!
    for (let at = start[product]!; at < end; at++) sharedWith[other[at]!] = 0
    const content = this.said[SAID * product + CONTENT]!
    const alike = content > 0 ? content / this.content : 0
    const evidence = company / this.today + this.crowd[product]! + ALIKE * alike
    return round(evidence / (evidence + HALF_SURE))
  }

  /** The strategy that adds most, in the order of LIVE_GROUNDS; the first of several. */
  private loudest(product: number, price: UsualPrice | undefined): number {
    const { said } = this
    const place = SAID * product
    let loudest = 0
    let most = perOf(WEIGHTS.collaborative, this.collaborative) * said[place]!
    const content = perOf(WEIGHTS.content, this.content) * said[place + CONTENT]!
    if (content > most) [loudest, most] = [1, content]
    const crossSell = perOf(WEIGHTS.crossSell, this.crossSell) * said[place + CROSS_SELL]!
    if (crossSell > most) [loudest, most] = [2, crossSell]
    const temporal = WEIGHTS.temporal * this.heat[product]!
    if (temporal > most) [loudest, most] = [3, temporal]
    return WEIGHTS.price * this.nearUsual(product, price) > most ? 4 : loudest
  }
}

const perOf = (weight: number, largest: number): number => (largest > 0 ? weight / largest : 0)

/** Numbers go from 0 up to this. */
function productsOf(items: ItemIndex): number {
  let products = 0
  for (const { product } of items.all()) products = Math.max(products, product + 1)
  return products
}

/** Where each product's id stands among all, so that ties by id are told by numbers. */
function ranksOf(items: ItemIndex, products: number): Int32Array {
  const order = [...items.all()].sort((a, b) => (a.productId < b.productId ? -1 : 1))
  const ranks = new Int32Array(products)
  for (const [rank, { product }] of order.entries()) ranks[product] = rank
  return ranks
}
