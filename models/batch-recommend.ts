import { arrange } from './arrange.ts'
import { BatchAlike } from './batch-alike.ts'
import { worth } from './fading.ts'
import { type ItemIndex, TREND_HALF_LIFE } from './item-index.ts'
import { weightOf } from './item-similarity.ts'
import { usual } from './learning/variants.ts'
import { MEMORY_HALF_LIFE, WEIGHTS } from './live-strategies.ts'
import { neighbourRows, type Rows } from './neighbour-rows.ts'
import { nearness, type UsualPrice, usualPrice } from './price-affinity.ts'
import { POOL, TELLING } from './recommend.ts'
import { ruleFor, type SegmentRule } from './segment-rules.ts'
import { Sums } from './sums.ts'
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
  private readonly similar: Rows
  private readonly beyond: Rows
  private readonly alike: BatchAlike
  private readonly collaborative: Sums
  private readonly content: Sums
  private readonly crossSell: Sums
  private largest = { collaborative: 0, content: 0, crossSell: 0 }
  /** By product: how hot (0–1), its log price or NaN, whether it may be shown, its id's place among all, what the crowd is worth as evidence. */
  private readonly heat: Float64Array
  private readonly logPrice: Float64Array
  private readonly isShown: Uint8Array
  private readonly rank: Int32Array
  private readonly crowd: Float64Array
  private readonly trending: Int32Array
  /** Of the customer at hand. */
  private readonly interest: Float64Array
  private readonly isOwn: Uint8Array
  private readonly seen: Int32Array
  private turn = 0
  private readonly pool: Int32Array
  private readonly poolScore: Float64Array
  private pooled = 0
  private readonly rules = new Map<string | null, SegmentRule>()

  /** @param now epoch ms @param count how many products a list has at most */
  constructor(items: ItemIndex, now: number, count: number) {
    const products = productsOf(items)
    const numbers = () => new Float64Array(products)
    ;[this.items, this.now, this.count, this.today] = [items, now, count, weightOf(now)]
    ;({ similar: this.similar, beyond: this.beyond } = neighbourRows(items, products, now))
    this.alike = new BatchAlike(items.content, products)
    ;[this.collaborative, this.content, this.crossSell] = [new Sums(products), new Sums(products), new Sums(products)]
    ;[this.heat, this.crowd, this.interest] = [numbers(), numbers(), numbers()]
    this.logPrice = Float64Array.from({ length: products }, (_, product) => items.logPriceOf(product) ?? Number.NaN)
    this.isShown = Uint8Array.from({ length: products }, (_, product) => (items.item(product)?.available ? 1 : 0))
    this.rank = ranksOf(items, products)
    const trends = items.trends(now)
    this.trending = Int32Array.from(trends.keys())
    for (const [product, relative] of trends) {
      const { trend } = items.item(product)!
      this.heat[product] = relative
      this.crowd[product] = CROWD * worth(trend, Math.max(now, trend.at), TREND_HALF_LIFE)
    }
    this.isOwn = new Uint8Array(products)
    this.seen = new Int32Array(products)
    this.pool = new Int32Array(POOL * count)
    this.poolScore = new Float64Array(POOL * count)
    this.product = new Int32Array(count)
    this.score = new Float64Array(count)
    this.confidence = new Float64Array(count)
    this.why = new Uint8Array(count)
  }

  /** Makes a list. @returns how many products it has */
  ask(taste: BuyerTaste): number {
    const { touched, size } = taste
    for (let k = 0; k < size; k++) {
      const product = touched[k]!
      this.isOwn[product] = 1
      this.interest[k] = Math.min(1, taste.value[product]!) * 2 ** (-(this.now - taste.at[product]!) / MEMORY_HALF_LIFE)
    }
    this.follow(this.similar, taste, this.collaborative)
    this.follow(this.beyond, taste, this.crossSell)
    this.alike.add(touched, this.interest, size, this.isOwn, this.content)
    const { collaborative, content, crossSell } = this
    this.largest = { collaborative: collaborative.largest, content: content.largest, crossSell: crossSell.largest }
    const price = this.usualPriceOf(taste)
    this.choose(taste.bought, price)
    const length = this.tell(taste, price)
    for (let k = 0; k < size; k++) this.isOwn[touched[k]!] = 0
    for (const sums of [collaborative, content, crossSell]) sums.clear()
    return length
  }

  private follow({ start, other, value }: Rows, { touched, size }: BuyerTaste, sums: Sums): void {
    for (let k = 0; k < size; k++) {
      const interest = this.interest[k]!
      const end = start[touched[k]! + 1]!
      for (let at = start[touched[k]!]!; at < end; at++) {
        const amount = interest * value[at]!
        if (amount > 0) sums.add(other[at]!, amount)
      }
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
    this.pooled = 0
    this.turn++
    const { collaborative, crossSell, content, trending } = this
    this.chooseFrom(crossSell.touched, crossSell.size, bought, price)
    this.chooseFrom(content.touched, content.size, bought, price)
    this.chooseFrom(trending, trending.length, bought, price)
    this.chooseFrom(collaborative.touched, collaborative.size, bought, price)
  }

  private chooseFrom(products: Int32Array, size: number, bought: Uint8Array, price: UsualPrice | undefined): void {
    const { seen, turn, isShown, heat, pool, poolScore } = this
    const [a, b, c] = [this.collaborative.value, this.content.value, this.crossSell.value]
    const shareOf = (weight: number, largest: number) => (largest > 0 ? weight / largest : 0)
    const [perA, perB, perC] = [
      shareOf(WEIGHTS.collaborative, this.largest.collaborative),
      shareOf(WEIGHTS.content, this.largest.content),
      shareOf(WEIGHTS.crossSell, this.largest.crossSell),
    ]
    const most = (price === undefined ? 0 : WEIGHTS.price) + ROUNDING
    for (let k = 0; k < size; k++) {
      const product = products[k]!
      if (seen[product] === turn) continue
      seen[product] = turn
      if (isShown[product] === 0 || bought[product] === 1) continue
      const full = this.pooled === pool.length
      const bound = perA * a[product]! + perB * b[product]! + perC * c[product]! + WEIGHTS.temporal * heat[product]! + most
      if (full && bound < poolScore[this.pooled - 1]!) continue
      const sum = this.sumOf(product, price)
      if (sum > 0) this.offer(product, round(sum))
    }
  }

  /** What the strategies' scores come to, added up in the order of `findLive`. */
  private sumOf(product: number, price: UsualPrice | undefined): number {
    const [a, b, c] = [this.collaborative.value[product]!, this.content.value[product]!, this.crossSell.value[product]!]
    let sum = 0
    if (a > 0) sum += WEIGHTS.collaborative * (a / this.largest.collaborative)
    if (b > 0) sum += WEIGHTS.content * (b / this.largest.content)
    if (c > 0) sum += WEIGHTS.crossSell * (c / this.largest.crossSell)
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
    const isBefore = (place: number) =>
      poolScore[place]! < score || (poolScore[place]! === score && rank[product]! < rank[pool[place]!]!)
    let place = this.pooled
    while (place > 0 && isBefore(place - 1)) place--
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
    const { items } = this
    const rule = this.ruleOf(taste.segment)
    const candidates: Candidate[] = []
    for (let k = 0; k < this.pooled; k++) {
      const product = this.pool[k]!
      const { productId: id, category } = items.item(product)!
      candidates.push({ id, product, score: this.poolScore[k]!, lean: this.leanOf(product, rule, price), category })
    }
    const shown = arrange(candidates, this.count, {
      nats: usual.variety,
      alike: (one, other) => items.content.alike(one.product, other.product),
      share: category => this.shareOf(category, taste),
    })
    for (let k = 0; k < shown.length; k++) {
      const { one, score } = shown[k]!
      this.product[k] = one.product
      this.score[k] = round(score)
      this.confidence[k] = this.confidenceIn(one.product, taste)
      this.why[k] = this.loudest(one.product, price)
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
  private shareOf(category: string, { touched, size }: BuyerTaste): number {
    let all = TELLING
    for (let k = 0; k < size; k++) all += this.interest[k]!
    let share = 0
    for (let k = 0; k < size; k++) if (this.items.item(touched[k]!)?.category === category) share += this.interest[k]! / all
    return share
  }

  /** As models/told-item.ts says; of what is new to the customer, whose repeats tell nothing. */
  private confidenceIn(product: number, { touched, size }: BuyerTaste): number {
    let company = 0
    for (let k = 0; k < size; k++) company += this.interest[k]! * this.items.sharedBy(product, touched[k]!)
    const content = this.content.value[product]!
    const alike = content > 0 ? content / this.largest.content : 0
    const evidence = company / this.today + this.crowd[product]! + ALIKE * alike
    return round(evidence / (evidence + HALF_SURE))
  }

  /** The first of those that add most. */
  private loudest(product: number, price: UsualPrice | undefined): number {
    const part = (sums: Sums, weight: number, largest: number) =>
      sums.value[product]! > 0 ? weight * (sums.value[product]! / largest) : 0
    const adds = [
      part(this.collaborative, WEIGHTS.collaborative, this.largest.collaborative),
      part(this.content, WEIGHTS.content, this.largest.content),
      part(this.crossSell, WEIGHTS.crossSell, this.largest.crossSell),
      WEIGHTS.temporal * this.heat[product]!,
      WEIGHTS.price * this.nearUsual(product, price),
    ]
    return adds.indexOf(Math.max(...adds))
  }
}

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
