import type { ItemState } from '../schemas/records.ts'
import { ContentIndex } from './content-index.ts'
import { similarity } from './item-similarity.ts'
import { ProductSums } from './product-sums.ts'

/** How many trending products are kept in order: enough that leaving out what a customer has still leaves a list. */
const TRENDING = 300
/** The half-life that `items` lets trends fade with; every trend fades alike, so their order needs no instant. */
export const TREND_HALF_LIFE = 7 * 86_400_000

/** A product as scoring sees it; its pairs stand in the index. */
type Item = Omit<ItemState, 'pairs'>

interface Hot {
  readonly product: number
  readonly productId: string
  /** log2 of what the trend was worth at the epoch. */
  readonly heat: number
}

/**
 * All products as an instance sees them, for scoring: neighbours both ways, and who trends.
 *
 * A pair is kept at the product that was touched second; here it is found from either. Products have numbers, given in the order
 * in which they were first named, so that the inner loop of scoring meets integers and arrays only.
 */
export class ItemIndex {
  private readonly numbers = new Map<string, number>()
  private readonly items: (Item | undefined)[] = []
  private readonly norms: number[] = []
  /** What a product's own state says that it shares with others. */
  private readonly pairs: Map<number, number>[] = []
  /** What two products share by the states of both; the same from either side. */
  private readonly shared: Map<number, number>[] = []
  private readonly trending: Hot[] = []
  private readonly logPrices: (number | undefined)[] = []
  /** Of each product, the weight of all it shares. */
  private readonly company: number[] = []
  private together = 0
  private known = 0
  private newest = 0
  /** What `trends` answers in a month, until a product changes. */
  private trendsOf: { readonly month: number; readonly relative: ReadonlyMap<number, number> } | undefined
  /** What products say of themselves. */
  readonly content = new ContentIndex()
  /** For whoever scores, empty between two scorings: a scoring is synchronous, so one is enough. `room` is for what is found on the way. */
  readonly sums = new ProductSums()
  readonly room = { collaborative: new ProductSums(), content: new ProductSums(), crossSell: new ProductSums() }

  get size(): number {
    return this.known
  }

  /** The newest instant anybody touched a trending product at, epoch ms: as of when trends stand for those nothing is known of. */
  get trendsAt(): number {
    return this.newest
  }

  /** The number of a product, undefined for one never named. */
  numberOf(productId: string): number | undefined {
    return this.numbers.get(productId)
  }

  /** What is known of the product of a number; nothing, where only its neighbours have named it. */
  item(product: number): Item | undefined {
    return this.items[product]
  }

  /** Every product that is known, by number. */
  *all(): Iterable<{ product: number; productId: string }> {
    for (const [product, item] of this.items.entries()) if (item !== undefined) yield { product, productId: item.productId }
  }

  get(productId: string): Item | undefined {
    const product = this.numbers.get(productId)
    return product === undefined ? undefined : this.items[product]
  }

  /** Takes a product's newest state; an older version changes nothing. */
  apply({ pairs, ...item }: ItemState): void {
    const product = this.number(item.productId)
    const before = this.items[product]
    if (before !== undefined && before.version >= item.version) return
    if (before === undefined) this.known++
    this.trendsOf = undefined
    this.items[product] = item
    this.norms[product] = item.norm
    this.logPrices[product] = Number(item.price) > 0 ? Math.log(Number(item.price)) : undefined
    this.content.set(product, [item.name, item.category, item.brand].filter(text => text !== undefined).join(' '))
    this.replacePairs(product, new Map(pairs.map(({ productId, value }) => [this.number(productId), value])))
    this.heat(product, item)
  }

  /**
   * Visits the products that share customers with this one, each with its similarity (0–1), in no promised order.
   * @param today `weightOf` the instant it is asked for
   */
  forEachNeighbour(product: number, today: number, visit: (other: number, similarity: number) => void): void {
    const { norms, items } = this
    if (items[product] === undefined) return
    const norm = norms[product]!
    this.shared[product]!.forEach((weight, other) => {
      if (items[other] !== undefined) visit(other, similarity(weight, norm, norms[other]!, today))
    })
  }

  /** How similar two products are, 0 where they share nobody. */
  similarityOf(a: number, b: number, today: number): number {
    return this.similarityBy(this.sharedBy(a, b), a, b, today)
  }

  /** The same, where the weight that they share is known. */
  similarityBy(shared: number, a: number, b: number, today: number): number {
    return this.items[a] === undefined || this.items[b] === undefined
      ? 0
      : similarity(shared, this.norms[a]!, this.norms[b]!, today)
  }

  /** What one product shares with each of others, as `sharedBy`; all of them are looked up at the one. */
  sharedWith(product: number, others: readonly { readonly product: number }[]): Float64Array {
    const weights = new Float64Array(others.length)
    const shared = this.shared[product]
    if (shared === undefined || shared.size === 0) return weights
    for (let k = 0; k < others.length; k++) weights[k] = shared.get(others[k]!.product) ?? 0
    return weights
  }

  /** The weight of the customers two products share: over `weightOf` an instant, how many customers of then it is worth. */
  sharedBy(a: number, b: number): number {
    return this.shared[a]?.get(b) ?? 0
  }

  /** Visits the products that share customers with this one, each with the weight of those, in no promised order. */
  forEachShared(product: number, visit: (other: number, weight: number) => void): void {
    if (this.items[product] === undefined) return
    this.shared[product]!.forEach((weight, other) => {
      if (this.items[other] !== undefined) visit(other, weight)
    })
  }

  /** The weight of all that a product shares with any other. */
  companyOf(product: number): number {
    return this.company[product]!
  }

  /** The same of all products. */
  get allCompany(): number {
    return this.together
  }

  /** Natural logarithm of a product's price, undefined where none above zero is known. */
  logPriceOf(product: number): number | undefined {
    return this.logPrices[product]
  }

  /** The hottest products, each with its heat relative to the hottest (0–1), more in its season and less out of it. */
  hottest(now: number): { product: number; productId: string; relative: number }[] {
    const month = new Date(now).getUTCMonth()
    const top = this.trending[0]?.heat ?? 0
    const heats = Float64Array.from(
      this.trending,
      ({ product, heat }) => 2 ** (heat - top) * (this.items[product]!.season?.[month] ?? 1),
    )
    const most = heats.reduce((highest, one) => Math.max(highest, one), 0)
    return this.trending.map(({ product, productId }, place) => ({ product, productId, relative: heats[place]! / most }))
  }

  /** The same by product, the hottest first: worked out once for all who are scored before a product changes. */
  trends(now: number): ReadonlyMap<number, number> {
    const month = new Date(now).getUTCMonth()
    if (this.trendsOf?.month !== month) {
      const relative = new Map(this.hottest(now).map(hot => [hot.product, hot.relative]))
      this.trendsOf = { month, relative }
    }
    return this.trendsOf.relative
  }

  /** Leaves no sum for the next scoring. */
  clear(): void {
    this.sums.clear()
    for (const sums of Object.values(this.room)) sums.clear()
  }

  private number(productId: string): number {
    const known = this.numbers.get(productId)
    if (known !== undefined) return known
    const product = this.items.length
    this.numbers.set(productId, product)
    this.items.push(undefined)
    this.norms.push(0)
    this.pairs.push(new Map())
    this.shared.push(new Map())
    this.company.push(0)
    return product
  }

  private replacePairs(product: number, now: Map<number, number>): void {
    const before = this.pairs[product]!
    this.pairs[product] = now
    for (const other of before.keys()) if (!now.has(other)) this.share(product, other)
    now.forEach((value, other) => {
      if (before.get(other) !== value) this.share(product, other)
    })
  }

  /** Adds up what both say, anew: taking a float away from a sum would not give back what was there before it. */
  private share(a: number, b: number): void {
    const weight = this.pairs[a]!.get(b)
    const back = this.pairs[b]!.get(a)
    const change = (weight ?? 0) + (back ?? 0) - (this.shared[a]!.get(b) ?? 0)
    this.company[a]! += change
    this.company[b]! += change
    this.together += 2 * change
    if (weight === undefined && back === undefined) {
      this.shared[a]!.delete(b)
      this.shared[b]!.delete(a)
      return
    }
    const sum = (weight ?? 0) + (back ?? 0)
    this.shared[a]!.set(b, sum)
    this.shared[b]!.set(a, sum)
  }

  /** Keeps the hottest in order. A product's heat only grows, so one that fell off comes back only with a new state. */
  private heat(product: number, { productId, trend: { value, at } }: Item): void {
    if (value <= 0) return
    this.newest = Math.max(this.newest, at)
    const hot = { product, productId, heat: Math.log2(value) + at / TREND_HALF_LIFE }
    const { trending } = this
    const full = trending.length >= TRENDING
    const place = trending.findIndex(entry => entry.product === product)
    if (place < 0 && full && !hotter(hot, trending.at(-1)!)) return
    if (place >= 0) trending.splice(place, 1)
    else if (full) trending.pop()
    trending.splice(placeOf(trending, hot), 0, hot)
  }
}

function placeOf(trending: readonly Hot[], hot: Hot): number {
  let low = 0
  for (let high = trending.length; low < high; ) {
    const middle = (low + high) >> 1
    if (hotter(trending[middle]!, hot)) low = middle + 1
    else high = middle
  }
  return low
}

const hotter = (a: Hot, b: Hot): boolean => a.heat > b.heat || (a.heat === b.heat && a.productId < b.productId)
