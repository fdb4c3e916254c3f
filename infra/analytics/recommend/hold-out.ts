import { Random } from '../../../models/random.ts'
import type { ShopColumns } from '../shop-columns.ts'
import { type Band, bandsOf } from './chances.ts'
import { eachCustomer } from './each-customer.ts'
import { ListMaker } from './list-maker.ts'
import { type Purchases, purchasesByCustomer } from './purchases-by-customer.ts'
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
  const { first, last } = spanOf(shop, purchases)
  const days = Math.min(LONGEST, Math.floor((SHARE * (last - first)) / DAY))
  if (!(days >= 1))
    return {
      bands: [],
      days: LONGEST,
      says: 'Purchases of fewer than ten days tell nothing of how often a recommended product is bought.',
    }
  const cut = Math.floor(last / DAY + 1 - days) * DAY
  const { lines } = shop
  const before = purchasesByCustomer(lines, shop.customers.id.length, cut)
  const maker = new ListMaker(await shopIndex(shop, before, signal), lines, before, cut, count)
  const asked = sampleOf(before, seed)
  const [confidence, bought]: [number[], number[]] = [[], []]
  await eachCustomer(asked.length, signal, k => {
    const size = maker.make(asked[k]!, null)
    for (let place = 0; place < size; place++) {
      if (maker.list.confidence[place]! < minConfidence) continue
      confidence.push(maker.list.confidence[place]!)
      bought.push(boughtSince(cut, asked[k]!, maker.list.product[place]!, shop, purchases) ? 1 : 0)
    }
  })
  const bands = bandsOf(confidence, bought)
  return { bands, days, says: says(bands, asked.length, confidence.length, days) }
}

function spanOf({ lines: { at } }: ShopColumns, { row }: Purchases): { first: number; last: number } {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const line of row) {
    first = Math.min(first, at[line]!)
    last = Math.max(last, at[line]!)
  }
  return { first, last }
}

/** Customers with purchases, each as likely as any other: selection sampling (Knuth, The Art of Computer Programming 2, §3.4.2, algorithm S). */
function sampleOf({ start }: Purchases, seed: number): number[] {
  const random = new Random('held-out', seed)
  let left = 0
  for (let c = 0; c + 1 < start.length; c++) if (start[c + 1]! > start[c]!) left++
  const chosen: number[] = []
  for (let c = 0; c + 1 < start.length && chosen.length < ASKED; c++) {
    if (start[c + 1] === start[c]) continue
    if (left * random.float() < ASKED - chosen.length) chosen.push(c)
    left--
  }
  return chosen
}

/** Lines are in the order of time. */
function boughtSince(cut: number, customer: number, product: number, { lines }: ShopColumns, { start, row }: Purchases): boolean {
  for (let k = start[customer + 1]! - 1; k >= start[customer]! && lines.at[row[k]!]! >= cut; k--)
    if (lines.product[row[k]!] === product) return true
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
