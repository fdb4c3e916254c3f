import type { Past } from './past.ts'

const DAY = 86_400_000
/** Over how many days what was bought counts half, of each measure of how much a product is in demand. */
export const DEMAND_HALF_LIVES = [7, 28, 90] as const

const NEWCOMERS_HALF_LIFE = 60
const ACQUIRED_HALF_LIFE = 45

/** What is known of each item at an instant, whoever asks. */
export interface ItemFacts {
  readonly buyers: Float64Array
  /** Of them, how many came back for it. */
  readonly returners: Float64Array
  /** When it was bought first, epoch ms. */
  readonly firstAt: Float64Array
  /** ln(1 + purchases, fading), of each half-life. */
  readonly demand: readonly Float64Array[]
  /** The same of what customers bought in their first sitting. */
  readonly newcomers: Float64Array
  /** The same of first purchases of the item by each customer. */
  readonly acquired: Float64Array
  /** How many purchases there are in a sitting in which it is bought, on the mean. */
  readonly company: Float64Array
}

/** A purchase of an item the ranker knows. */
export interface Sale {
  readonly item: number
  readonly at: number
  /** True in the first sitting of its customer. */
  readonly first: boolean
  /** True when its customer never bought it before. */
  readonly fresh: boolean
  /** Purchases in its sitting. */
  readonly company: number
}

export function itemFacts(pasts: readonly Past[], sales: Iterable<Sale>, n: number, now: number): ItemFacts {
  const buyers = new Float64Array(n)
  const returners = new Float64Array(n)
  const firstAt = new Float64Array(n).fill(now)
  for (const { items, times, firstAt: first } of pasts)
    for (let k = 0; k < items.length; k++) {
      const item = items[k]!
      if (item < 0 || times[k] === 0) continue
      buyers[item]!++
      if (times[k]! > 1) returners[item]!++
      firstAt[item] = Math.min(firstAt[item]!, first[k]!)
    }
  const demand = DEMAND_HALF_LIVES.map(() => new Float64Array(n))
  const newcomers = new Float64Array(n)
  const acquired = new Float64Array(n)
  const company = new Float64Array(n)
  const sold = new Float64Array(n)
  for (const { item, at, first, fresh, company: many } of sales) {
    sold[item]!++
    company[item]! += many
    const age = (now - at) / DAY
    for (const [d, days] of DEMAND_HALF_LIVES.entries()) demand[d]![item]! += 2 ** (-age / days)
    if (fresh) acquired[item]! += 2 ** (-age / ACQUIRED_HALF_LIFE)
    if (first) newcomers[item]! += 2 ** (-age / NEWCOMERS_HALF_LIFE)
  }
  return {
    buyers,
    returners,
    firstAt,
    demand: demand.map(sums => sums.map(Math.log1p)),
    newcomers: newcomers.map(Math.log1p),
    acquired: acquired.map(Math.log1p),
    company: company.map((sum, item) => sum / Math.max(1, sold[item]!)),
  }
}
