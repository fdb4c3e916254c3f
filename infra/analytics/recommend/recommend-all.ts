import { BatchRecommender } from '../../../models/batch-recommend.ts'
import { LIVE_GROUNDS } from '../../../models/grounds.ts'
import type { ShopColumns } from '../shop-columns.ts'
import { type Band, chancesBy } from './chances.ts'
import { eachCustomer } from './each-customer.ts'
import { daysHeldOut, type HeldOut, holdOut, nothingHeldOut } from './hold-out.ts'
import { ListMaker } from './list-maker.ts'
import { purchasesBefore, purchasesByCustomer } from './purchases-by-customer.ts'
import { shopIndexes } from './shop-index.ts'

/** Lists of all customers, row by row; those of customer c stand from start[c] up to start[c + 1]. */
export interface ShopRecommendations {
  readonly start: Int32Array
  readonly product: Int32Array
  readonly confidence: Float64Array
  /** The chance that the customer buys it within `days`, with its 95 % interval; NaN-free. Of nothing known, where `calibration` has no bands, 0 from 0 to 1. */
  readonly chance: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  /** Which strategy spoke loudest: index into `strategies`. */
  readonly why: Uint8Array
  readonly strategies: readonly string[]
  readonly days: number
  /** How chances were found: bands of confidence with what was held out. `says` in a sentence, also where there was too little. */
  readonly calibration: { readonly bands: readonly Band[]; readonly says: string }
}

export interface RecommendOptions {
  /** Epoch ms; a later purchase counts all the same, and then lists are those of its instant. */
  readonly asOf: number
  /** Lists lean to what suits a segment (models/segment-rules.ts). */
  readonly segment: (customer: number) => string | null
  /** How many products a list has at most. */
  readonly count: number
  /** 0–1: less sure ones are left out. */
  readonly minConfidence: number
  readonly seed: number
}

/** So many customers between two words of how far it is. */
const TOLD = 100_000

type Lists = Pick<ShopRecommendations, 'start' | 'product' | 'confidence' | 'why'>

/** A list for every customer of what they do not have, through the scoring of production, and how likely they are to buy each. Who bought nothing gets what trends. */
export async function recommendAll(
  shop: ShopColumns,
  options: RecommendOptions,
  { say, signal }: { readonly say?: (what: string) => void; readonly signal?: AbortSignal } = {},
): Promise<ShopRecommendations> {
  const customers = shop.customers.id.length
  const purchases = purchasesByCustomer(shop.lines, customers)
  say?.('what is bought together')
  const held = daysHeldOut(purchases)
  const before = purchasesBefore(purchases, held?.cut ?? Number.POSITIVE_INFINITY)
  const indexes = await shopIndexes(shop.products, before, purchases, signal)
  say?.('how often lists came true')
  const heldOut =
    held === undefined ? nothingHeldOut : await holdOut(indexes.before, before, purchases, { ...options, ...held }, signal)
  let now = options.asOf
  for (const at of purchases.at) if (at > now) now = at
  const maker = new ListMaker(new BatchRecommender(indexes.all, now, options.count), purchases, shop.products.id.length)
  return withChances(await listsOf(maker, customers, options, say, signal), heldOut)
}

async function listsOf(
  maker: ListMaker,
  customers: number,
  { count, minConfidence, segment }: RecommendOptions,
  say: ((what: string) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<Lists> {
  const start = new Int32Array(customers + 1)
  const [product, confidence] = [new Int32Array(count * customers), new Float64Array(count * customers)]
  const why = new Uint8Array(count * customers)
  let [size, next] = [0, TOLD]
  const visit = (c: number) => {
    const { list } = maker
    const length = maker.make(c, segment(c))
    for (let place = 0; place < length; place++) {
      if (list.confidence[place]! < minConfidence) continue
      product[size] = list.product[place]!
      confidence[size] = list.confidence[place]!
      why[size++] = list.why[place]!
    }
    start[c + 1] = size
  }
  await eachCustomer(customers, signal, visit, visited => {
    if (visited < next && visited < customers) return
    say?.(`lists of ${visited} of ${customers} customers`)
    next += TOLD
  })
  return { start, product: product.subarray(0, size), confidence: confidence.subarray(0, size), why: why.subarray(0, size) }
}

function withChances(lists: Lists, { bands, days, says }: HeldOut): ShopRecommendations {
  const { length } = lists.product
  const [chance, low, high] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)]
  const chanceOf = chancesBy(bands)
  for (let at = 0; at < length; at++) {
    const met = chanceOf(lists.confidence[at]!)
    chance[at] = met.chance
    low[at] = met.low
    high[at] = met.high
  }
  return { ...lists, chance, low, high, strategies: LIVE_GROUNDS, days, calibration: { bands, says } }
}
