import { factorise } from '../factorisation.ts'
import { anotherSitting } from '../sitting.ts'
import { DEED, type Histories } from './histories.ts'
import { itemFacts, type Sale } from './item-facts.ts'
import { learnBaskets, learnNext, learnSequence, learnTogether, learnTouched } from './learn-rows.ts'
import { learnText } from './learn-text.ts'
import { type Past, pastOf } from './past.ts'
import type { Learnt } from './sources.ts'

/** Looking is worth a model of its own from this share of all deeds on. */
const LOOKING = 0.05

export interface LearnOptions {
  /** Customers who must have bought a product before anything is learnt of it. */
  readonly buyers: number
  /** At most so many products, those with the most buyers first. */
  readonly most: number
  readonly factors: boolean
}

/** All that is learnt of what customers did up to some of their deeds. */
export interface Snapshot extends Learnt {
  /** Of each item, its product in the histories. */
  readonly products: Int32Array
  readonly numbers: Int32Array
  readonly pasts: readonly Past[]
  readonly now: number
}

/**
 * @param ends where each customer's known deeds end
 * @param texts of each product of the histories
 */
export function learn(
  histories: Histories,
  ends: Int32Array,
  now: number,
  texts: readonly (string | undefined)[],
  options: LearnOptions,
): Snapshot {
  const { products, numbers } = choose(histories, ends, options)
  const n = products.length
  const pasts = histories.customers.map((_, c) => pastOf(histories, c, ends[c]!, numbers))
  const bought = pasts.map(({ items, times }) => {
    const known = items.filter((item, k) => item >= 0 && times[k]! > 0)
    return { items: known, weights: new Float64Array(known.length).fill(1) }
  })
  let [deeds, looks] = [0, 0]
  for (const [c, end] of ends.entries())
    for (let k = histories.starts[c]!; k < end; k++) {
      deeds++
      if (histories.deed[k] !== DEED.bought) looks++
    }
  return {
    n,
    products,
    numbers,
    pasts,
    now,
    rows: {
      together: learnTogether(pasts, n),
      sequence: learnSequence(pasts, n),
      baskets: learnBaskets([...baskets(histories, ends, numbers)], n),
      next: learnNext(pasts, n),
      text: learnText(
        [...products].map(product => texts[product]),
        n,
      ),
      ...(looks > LOOKING * deeds ? { touched: learnTouched(pasts, n) } : {}),
    },
    factors: options.factors
      ? factorise(bought, n, { dimensions: 32, sweeps: 8, unobserved: 0.1, lambda: 0.01, frequency: 1, seed: 1 })
      : undefined,
    facts: itemFacts(pasts, sales(histories, ends, numbers), n, now),
  }
}

function choose(histories: Histories, ends: Int32Array, { buyers, most }: LearnOptions) {
  const counts = new Float64Array(histories.products.length)
  const lastBuyer = new Int32Array(histories.products.length).fill(-1)
  for (const [c, end] of ends.entries())
    for (let k = histories.starts[c]!; k < end; k++) {
      const product = histories.product[k]!
      if (histories.deed[k] !== DEED.bought || lastBuyer[product] === c) continue
      lastBuyer[product] = c
      counts[product]!++
    }
  const products = Int32Array.from(counts.keys())
    .filter(product => counts[product]! >= buyers)
    .sort((a, b) => counts[b]! - counts[a]! || (histories.products[a]! < histories.products[b]! ? -1 : 1))
    .slice(0, most)
  const numbers = new Int32Array(histories.products.length).fill(-1)
  products.forEach((product, item) => {
    numbers[product] = item
  })
  return { products, numbers }
}

function* sales({ starts, product, at, deed }: Histories, ends: Int32Array, numbers: Int32Array): Iterable<Sale> {
  for (const [c, end] of ends.entries()) {
    const had = new Set<number>()
    let [from, sittings] = [starts[c]!, 0]
    while (from < end) {
      let to = from
      let company = 0
      let before = at[from]!
      for (; to < end && !anotherSitting(before, at[to]!); to++) {
        before = at[to]!
        if (deed[to] === DEED.bought) company++
      }
      for (let k = from; k < to; k++) {
        const item = numbers[product[k]!]!
        if (deed[k] !== DEED.bought || item < 0) continue
        yield { item, at: at[k]!, first: sittings === 0, fresh: !had.has(item), company }
        had.add(item)
      }
      if (company > 0) sittings++
      from = to
    }
  }
}

function* baskets({ starts, product, at, deed }: Histories, ends: Int32Array, numbers: Int32Array): Iterable<Int32Array> {
  for (const [c, end] of ends.entries()) {
    let basket = new Set<number>()
    let before = Number.NEGATIVE_INFINITY
    for (let k = starts[c]!; k < end; k++) {
      if (deed[k] !== DEED.bought) continue
      if (anotherSitting(before, at[k]!)) {
        yield Int32Array.from(basket)
        basket = new Set()
      }
      before = at[k]!
      if (numbers[product[k]!]! >= 0) basket.add(numbers[product[k]!]!)
    }
    yield Int32Array.from(basket)
  }
}
