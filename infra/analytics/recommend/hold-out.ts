import { BatchRecommender } from '../../../models/batch-recommend.ts'
import { Random } from '../../../models/random.ts'
import { sampleOf } from '../../../models/sample-rows.ts'
import type { ShopColumns } from '../shop-columns.ts'
import { type Band, bandsOf } from './chances.ts'
import { eachCustomer } from './each-customer.ts'
import { ListMaker } from './list-maker.ts'
import { type Purchases, purchasesBefore } from './purchases-by-customer.ts'
import { shopIndex } from './shop-index.ts'

const DAY = 86_400_000
/** Of the time that is known so much is held out, and so many days at most. */
const SHARE = 0.1
const LONGEST = 30
/** So many customers tell how often listed products are bought. */
const ASKED = 20_000

export interface HeldOut {
  readonly bands: readonly Band[]
  readonly days: number
  /** In a sentence or two, also where nothing can be said. */
  readonly says: string
}

/**
 * How often products on lists are bought: the last days are held out, lists made of what was before, and it is looked which of their products their customers
 * bought then. All customers of before are asked, or a sample of them: who did not come back bought nothing of their list, and counts as that.
 */
export async function holdOut(
  shop: ShopColumns,
  purchases: Purchases,
  { count, minConfidence, seed }: { count: number; minConfidence: number; seed: number },
  signal: AbortSignal | undefined,
): Promise<HeldOut> {
  const { first, last } = spanOf(purchases)
  const days = Math.min(LONGEST, Math.floor((SHARE * (last - first)) / DAY))
  if (!(days >= 1))
    return {
      bands: [],
      days: LONGEST,
      says: 'Purchases of fewer than ten days tell nothing of how often a recommended product is bought.',
    }
  const cut = Math.floor(last / DAY + 1 - days) * DAY
  const before = purchasesBefore(purchases, cut)
  const index = await shopIndex(shop.products, before, signal)
  const maker = new ListMaker(new BatchRecommender(index, cut, count), before, shop.products.id.length)
  const asked = sampleFrom(before, seed)
  const [confidence, bought]: [number[], number[]] = [[], []]
  await eachCustomer(asked.length, signal, k => {
    const size = maker.make(asked[k]!, null)
    for (let place = 0; place < size; place++) {
      if (maker.list.confidence[place]! < minConfidence) continue
      confidence.push(maker.list.confidence[place]!)
      bought.push(boughtSince(before.end[asked[k]!]!, asked[k]!, maker.list.product[place]!, purchases) ? 1 : 0)
    }
  })
  const bands = bandsOf(confidence, bought)
  return { bands, days, says: says(bands, asked.length, confidence.length, days) }
}

function spanOf({ at: all }: Purchases): { first: number; last: number } {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const at of all) {
    if (at < first) first = at
    if (at > last) last = at
  }
  return { first, last }
}

/** Customers with purchases, or so many of them. */
function sampleFrom({ start, end }: Purchases, seed: number): Int32Array {
  const buyers = Int32Array.from(end.keys()).filter(c => end[c]! > start[c]!)
  return sampleOf(buyers.length, ASKED, new Random('held-out', seed)).map(place => buyers[place]!)
}

/** @param from where the customer's purchases begin that were held out */
function boughtSince(from: number, customer: number, product: number, { end, product: products }: Purchases): boolean {
  for (let k = from; k < end[customer]!; k++) if (products[k] === product) return true
  return false
}

function says(bands: readonly Band[], asked: number, shown: number, days: number): string {
  const lists = `${shown} products on the lists that ${asked} customers would have had ${days} ${days === 1 ? 'day' : 'days'} before the last purchase`
  if (bands.length === 0) return `Only ${lists}: too few to tell how often such are bought.`
  const bought = bands.reduce((sum, band) => sum + band.bought, 0)
  const share = `Of ${lists}, ${((100 * bought) / shown).toFixed(2)} % were bought by then.`
  return bands.length === 1
    ? `${share} That more confidence means more purchases does not show, so all have the same chance.`
    : share
}
