import type { Past } from './past.ts'

const DAY = 86_400_000
/** Over how many days what was bought counts half, of each measure of how much a product is in demand. */
export const DEMAND_HALF_LIVES = [7, 28, 90] as const

const NEWCOMERS_HALF_LIFE = 60

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
}

/** A purchase of an item the ranker knows. */
export interface Sale {
  readonly item: number
  readonly at: number
  /** True in the first sitting of its customer. */
  readonly first: boolean
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
  for (const { item, at, first } of sales) {
    const age = (now - at) / DAY
    for (const [d, days] of DEMAND_HALF_LIVES.entries()) demand[d]![item]! += 2 ** (-age / days)
    if (first) newcomers[item]! += 2 ** (-age / NEWCOMERS_HALF_LIFE)
  }
  return {
    buyers,
    returners,
    firstAt,
    demand: demand.map(sums => sums.map(Math.log1p)),
    newcomers: newcomers.map(Math.log1p),
  }
}
