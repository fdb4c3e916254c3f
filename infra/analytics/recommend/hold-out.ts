import { BatchRecommender } from '../../../models/batch-recommend.ts'
import type { ItemIndex } from '../../../models/item-index.ts'
import { Random } from '../../../models/random.ts'
import { sampleOf } from '../../../models/sample-rows.ts'
import { type Band, bandsOf } from './chances.ts'
import { eachCustomer } from './each-customer.ts'
import { ListMaker } from './list-maker.ts'
import type { Purchases } from './purchases-by-customer.ts'

const DAY = 86_400_000
/** Of the time that is known so much is held out, and so many days at most. */
const SHARE = 0.1
const LONGEST = 30
/** So many customers tell how often listed products are bought. */
const ASKED = 10_000

export interface HeldOut {
  readonly bands: readonly Band[]
  readonly days: number
  /** In a sentence or two, also where nothing can be said. */
  readonly says: string
}

/** What nothing was held out for. */
export const nothingHeldOut: HeldOut = {
  bands: [],
  days: LONGEST,
  says: 'Purchases of fewer than ten days tell nothing of how often a recommended product is bought.',
}

/** The last days, and where they begin (epoch ms); undefined where the time that is known is too short to hold a day out. */
export function daysHeldOut(purchases: Purchases): { readonly days: number; readonly cut: number } | undefined {
  const { first, last } = spanOf(purchases)
  const days = Math.min(LONGEST, Math.floor((SHARE * (last - first)) / DAY))
  return days >= 1 ? { days, cut: Math.floor(last / DAY + 1 - days) * DAY } : undefined
}

/**
 * How often products on lists are bought: lists are made of what was before the days held out, and it is looked which of their products their customers bought in
 * them. All customers of before are asked, or a sample of them: who did not come back bought nothing of their list, and counts as that.
 * @param index of what was before
 */
export async function holdOut(
  index: ItemIndex,
  before: Purchases,
  all: Purchases,
  { days, cut, count, minConfidence, seed }: { days: number; cut: number; count: number; minConfidence: number; seed: number },
  signal: AbortSignal | undefined,
): Promise<HeldOut> {
  const maker = new ListMaker(new BatchRecommender(index, cut, count), before, index.size)
  const asked = sampleFrom(before, seed)
  const [confidence, bought]: [number[], number[]] = [[], []]
  await eachCustomer(asked.length, signal, k => {
    const size = maker.make(asked[k]!, null)
    for (let place = 0; place < size; place++) {
      if (maker.list.confidence[place]! < minConfidence) continue
      confidence.push(maker.list.confidence[place]!)
      bought.push(boughtSince(before.end[asked[k]!]!, asked[k]!, maker.list.product[place]!, all) ? 1 : 0)
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
