import { CustomerNeighbours } from '../customer-neighbours.ts'
import { addToGram, ease } from '../ease.ts'
import { affinities, factorise, foldIn } from '../factorisation.ts'
import type { Histories } from '../ranker/histories.ts'
import { type Past, pastOf } from '../ranker/past.ts'
import { weighings } from '../ranker/weighing.ts'

/** A recommender to compare with: scores of all products, for somebody with this past. */
export interface Baseline {
  readonly name: string
  readonly score: (past: Past) => Float64Array
}

/** The inverse behind EASE takes minutes for more: of larger catalogues the products with most buyers. */
const MOST = 4000

/** The products that baselines know and the pasts of all customers by their numbers. */
export interface Known {
  readonly products: readonly string[]
  readonly numbers: Int32Array
  readonly pasts: readonly Past[]
}

export function knownOf(histories: Histories): Known {
  const counts = new Float64Array(histories.products.length)
  for (const product of histories.product) counts[product]!++
  const chosen = Int32Array.from(counts.keys())
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, MOST)
  const numbers = new Int32Array(histories.products.length).fill(-1)
  chosen.forEach((product, number) => {
    numbers[product] = number
  })
  const pasts = histories.customers.map((_, c) => pastOf(histories, c, histories.starts[c + 1]!, numbers))
  return { products: Array.from(chosen, product => histories.products[product]!), numbers, pasts }
}

/** How many customers bought each product. */
export function popularity({ products, pasts }: Known): Baseline {
  const buyers = new Float64Array(products.length)
  for (const { items, times } of pasts) for (const [k, item] of items.entries()) if (item >= 0 && times[k]! > 0) buyers[item]!++
  return { name: 'popularity', score: () => buyers }
}

/** What somebody bought, by how often and how lately: what repeats are measured against. */
export const ownHistory = ({ products }: Known): Baseline => ({
  name: 'own history',
  score: past => {
    const scores = new Float64Array(products.length)
    for (const [k, item] of past.items.entries()) if (item >= 0) scores[item] = past.times[k]! + k / (past.items.length + 1)
    return scores
  },
})

/** Customers a cosine is shrunk by. */
const SHRINK = 10

/** Cosine of products over their buyers, shrunk (Sarwar et al. 2001), summed over what was bought. */
export function itemKnn({ products, pasts }: Known): Baseline {
  const n = products.length
  const shared = gramOf(pasts, n)
  const roots = Float64Array.from({ length: n }, (_, i) => Math.sqrt(shared[i * n + i]! + SHRINK))
  const weights = new Float32Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) if (i !== j) weights[i * n + j] = shared[i * n + j]! / roots[i]! / roots[j]!
  return { name: 'item-kNN', score: past => throughRows(weights, n, past, weighings.even(past)) }
}

/** Neighbours who have a say. */
export const NEIGHBOURS = 100

/** What customers with the same products have, by cosine (customer-neighbours.ts). */
export function userKnn({ products, pasts }: Known): Baseline {
  const had = pasts.map(({ items, times }) => {
    const bought = items.filter((item, k) => item >= 0 && times[k]! > 0)
    return { items: bought, weights: new Float64Array(bought.length).fill(1) }
  })
  const neighbours = new CustomerNeighbours(had, products.length)
  const numbers = new Map(pasts.map((past, c) => [past, c]))
  return {
    name: 'user-kNN',
    score: past => {
      const customer = numbers.get(past)
      const scores = new Float64Array(products.length)
      if (customer !== undefined) neighbours.add(neighbours.byCosine(had[customer]!, NEIGHBOURS, customer), scores)
      return scores
    },
  }
}

/** EASE (ease.ts), asked with what was bought fading by what was bought since. */
export function easeWithDecay({ products, pasts }: Known): Baseline {
  const n = products.length
  const weights = ease(gramOf(pasts, n), n, 300)
  return { name: 'EASE with recency decay', score: past => throughRows(weights, n, past, weighings.latest(past)) }
}

/** Implicit ALS (factorisation.ts), 64 dimensions. */
export function implicitAls({ products, pasts }: Known): Baseline {
  const n = products.length
  const weighted = (past: Past) => {
    const items = past.items.filter((item, k) => item >= 0 && past.times[k]! > 0)
    return { items, weights: new Float64Array(items.length).fill(1) }
  }
  const options = { dimensions: 64, sweeps: 10, unobserved: 0.1, lambda: 0.01, frequency: 1, seed: 1 }
  const factors = factorise(pasts.map(weighted), n, options)
  return {
    name: 'implicit ALS',
    score: past => {
      const scores = new Float64Array(n)
      affinities(factors, foldIn(factors, weighted(past)), scores)
      return scores
    },
  }
}

function gramOf(pasts: readonly Past[], n: number): Float64Array {
  const gram = new Float64Array(n * n)
  for (const { items, times } of pasts) {
    const bought = items.filter((item, k) => item >= 0 && times[k]! > 0)
    addToGram(gram, n, bought, new Float64Array(bought.length).fill(1))
  }
  return gram
}

function throughRows(rows: Float32Array, n: number, { items }: Past, weights: Float64Array): Float64Array {
  const scores = new Float64Array(n)
  for (const [k, item] of items.entries()) {
    const weight = weights[k]!
    if (item < 0 || weight < 1e-3) continue
    for (let j = 0, at = item * n; j < n; j++, at++) scores[j]! += weight * rows[at]!
  }
  return scores
}
