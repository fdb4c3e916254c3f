import { COMPANY, GAP_HALF_LIFE } from '../../../models/affinity.ts'
import { HalfLife } from '../../../models/half-life.ts'
import { TREND_HALF_LIFE } from '../../../models/item-index.ts'
import { GATHERED_PAIRS, KEPT_PAIRS, weightOf } from '../../../models/item-similarity.ts'
import { noSeason, seasonalIndex } from '../../../models/season.ts'
import { Strongest } from '../../../models/strongest.ts'
import type { ItemState } from '../../../schemas/records.ts'
import { PairSums } from './pair-sums.ts'
import type { TasteWalk } from './taste-walk.ts'

const DAY = 86_400_000
const MONTHS = 12
/** Up to the year 2149. */
const DAYS = 2 ** 16
/** Of two purchases further apart a pair rounds to nothing: 2^(−gap / 7 days) < 1/20,000. */
const APART = GAP_HALF_LIFE * Math.log2(20_001)

/**
 * What customers' purchases say of products: their trends, seasons, and the company they keep, as consumers/items.ts folds it signal by signal.
 *
 * A customer's last word on a product is what counts in its company, so that is added once, at their end. And no neighbour is let go before all are known;
 * in production a weak one that grows later may have been.
 */
export class ItemSums {
  private readonly norm: Float64Array
  private readonly pairs: PairSums
  private readonly trend: Float64Array
  private readonly trendAt: Float64Array
  private readonly months: Float64Array
  private readonly since: Float64Array
  private readonly until: Float64Array
  /** Of the customer at hand, by product: what was told last, when, and its company, `near` of which stand from COMPANY times its place on. */
  private readonly told: Float64Array
  private readonly toldAt: Float64Array
  private readonly place: Int32Array
  private readonly near: Int32Array
  private readonly met: Int32Array
  private size = 0
  private others = new Int32Array(COMPANY * 64)
  private weights = new Float64Array(COMPANY * 64)
  private readonly trending = new HalfLife(TREND_HALF_LIFE)
  private readonly apart = new HalfLife(GAP_HALF_LIFE)
  /** Of days since 1970, those that were met; 0 of others. January is 1. */
  private readonly monthOfDay = new Uint8Array(DAYS)

  constructor(products: number, pairs = new PairSums(products)) {
    const numbers = () => new Float64Array(products)
    ;[this.norm, this.trend, this.trendAt, this.since, this.until] = [numbers(), numbers(), numbers(), numbers(), numbers()]
    ;[this.told, this.toldAt] = [numbers(), numbers()]
    this.months = new Float64Array(MONTHS * products)
    this.place = new Int32Array(products).fill(-1)
    this.near = new Int32Array(products)
    this.met = new Int32Array(products)
    this.pairs = pairs
  }

  /** How many there are. */
  get products(): number {
    return this.norm.length
  }

  /** Hears what the customer's taste says of the product they just bought. */
  hear(product: number, at: number, taste: TasteWalk): void {
    const weight = strength(taste.value[product]!)
    const met = this.place[product]! >= 0
    const known = met ? this.told[product]! * this.trending.left(at - this.toldAt[product]!) : 0
    const more = Math.max(0, weight - known)
    this.grows(product, more, at)
    if (!met) this.meets(product)
    this.told[product] = weight
    this.toldAt[product] = at
    this.near[product] = this.companyOf(product, weight, at, taste)
  }

  /** The customer has nothing more to say. */
  end(): void {
    for (let k = 0; k < this.size; k++) {
      const product = this.met[k]!
      const w = weightOf(this.toldAt[product]!)
      this.norm[product]! += w * this.told[product]! ** 2
      const from = COMPANY * k
      for (let n = from; n < from + this.near[product]!; n++) this.pairs.add(product, this.others[n]!, w * this.weights[n]!)
      this.place[product] = -1
    }
    this.size = 0
  }

  /** The same sums, to add other customers to; between two customers. */
  copy(): ItemSums {
    const copy = new ItemSums(this.norm.length, this.pairs.copy())
    for (const sum of ['norm', 'trend', 'trendAt', 'months', 'since', 'until'] as const) copy[sum].set(this[sum])
    return copy
  }

  /** What is known of a product by what was done with it. @param idOf the id of a product */
  stateOf(product: number, idOf: (product: number) => string): Pick<ItemState, 'trend' | 'season' | 'norm' | 'pairs'> {
    const months = this.months.subarray(MONTHS * product, MONTHS * (product + 1))
    const [since, until] = [this.since[product]!, this.until[product]!]
    const season =
      this.trend[product]! > 0 ? { since, until, months: Array.from(months, one => Math.round(one * 1e4) / 1e4) } : noSeason
    const index = seasonalIndex(season)
    return {
      trend: { value: this.trend[product]!, at: this.trendAt[product]! },
      ...(index === undefined ? {} : { season: index }),
      norm: this.norm[product]!,
      pairs: this.pairsOf(product, idOf),
    }
  }

  /** As production keeps them: where there are more than may gather, the strongest, ties by id. */
  private pairsOf(product: number, idOf: (product: number) => string): ItemState['pairs'] {
    let neighbours = 0
    this.pairs.forEach(product, () => neighbours++)
    const kept = new Strongest(neighbours > GATHERED_PAIRS ? KEPT_PAIRS : neighbours)
    this.pairs.forEach(product, (other, sum) => {
      if (sum > 0 && kept.mayTake(sum)) kept.offer(other, idOf(other), sum)
    })
    return kept.found.map(({ id, score }) => ({ productId: id, value: score }))
  }

  /** As `fade` and `addToSeason` do. */
  private grows(product: number, more: number, at: number): void {
    const [value, newest] = [this.trend[product]!, this.trendAt[product]!]
    if (value === 0 || at >= newest) {
      this.trend[product] = (value === 0 ? 0 : value * this.trending.left(at - newest)) + more
      this.trendAt[product] = at
    } else this.trend[product] = value + more * this.trending.left(newest - at)
    if (more <= 0) return
    const month = MONTHS * product + this.monthOf(at)
    this.months[month]! += more
    if (this.since[product] === 0 || at < this.since[product]!) this.since[product] = at
    if (at > this.until[product]!) this.until[product] = at
  }

  private monthOf(at: number): number {
    const day = Math.floor(at / DAY)
    if (day < 0 || day >= DAYS) return new Date(at).getUTCMonth()
    if (this.monthOfDay[day] === 0) this.monthOfDay[day] = new Date(at).getUTCMonth() + 1
    return this.monthOfDay[day]! - 1
  }

  private meets(product: number): void {
    this.place[product] = this.size
    this.met[this.size++] = product
    if (COMPANY * this.size <= this.others.length) return
    const [others, weights] = [this.others, this.weights]
    this.others = new Int32Array(2 * others.length)
    this.weights = new Float64Array(2 * others.length)
    this.others.set(others)
    this.weights.set(weights)
  }

  /** As `nearTo`: the product is the newest, and whatever comes before it was bought no later. @returns how many there are */
  private companyOf(product: number, weight: number, at: number, taste: TasteWalk): number {
    const { value, at: ats } = taste
    let n = COMPANY * this.place[product]!
    const [from, to] = [n, n + COMPANY]
    let other = product
    for (let left = taste.size - 1; left > 0 && n < to; left--) {
      other = taste.previous(other)
      const gap = at - ats[other]!
      if (gap > APART) break
      const near = rounded(weight * strength(value[other]!) * this.apart.left(gap))
      if (near <= 0) continue
      this.others[n] = other
      this.weights[n++] = near
    }
    return n - from
  }
}

const strength = (value: number): number => (value >= 1 ? 1 : rounded(value))
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4
