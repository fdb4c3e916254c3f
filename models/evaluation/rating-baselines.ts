import { CustomerNeighbours } from '../customer-neighbours.ts'
import type { Weighted } from '../factorisation.ts'
import type { Histories } from '../ranker/histories.ts'
import { factoriseRatings, predictRating, type Ratings } from '../rating-factorisation.ts'
import { type Baseline, type Known, NEIGHBOURS } from './baselines.ts'

/** What each customer of the histories gave each product that is known, the last rating of several. */
export function ratingsOf(
  { customers, products }: Histories,
  { numbers }: Known,
  rows: Iterable<{ readonly user: string; readonly item: string; readonly rating?: number | undefined }>,
): Weighted[] {
  const customer = new Map(customers.map((name, c) => [name, c]))
  const product = new Map(products.map((name, p) => [name, numbers[p]!]))
  const given = customers.map(() => new Map<number, number>())
  for (const { user, item, rating } of rows) {
    const number = product.get(item) ?? -1
    if (rating !== undefined && number >= 0) given[customer.get(user)!]!.set(number, rating)
  }
  return given.map(all => ({ items: Int32Array.from(all.keys()), weights: Float64Array.from(all.values()) }))
}

/** The rating that biases and tastes foretell (rating-factorisation.ts), 32 dimensions. */
export function ratingSgd({ products, pasts }: Known, given: readonly Weighted[]): Baseline {
  const model = factoriseRatings(flat(given), given.length, products.length, {
    dimensions: 32,
    epochs: 30,
    rate: 0.01,
    lambda: 0.05,
    seed: 1,
  })
  const numbers = new Map(pasts.map((past, c) => [past, c]))
  return {
    name: 'SGD on ratings',
    score: past => {
      const customer = numbers.get(past)
      return Float64Array.from(products, (_, item) =>
        customer === undefined ? model.itemBias[item]! : predictRating(model, customer, item),
      )
    },
  }
}

/** The rating that customers who rate alike foretell (customer-neighbours.ts). */
export function ratingNeighbours({ products, pasts }: Known, given: readonly Weighted[]): Baseline {
  const neighbours = new CustomerNeighbours(given, products.length)
  const numbers = new Map(pasts.map((past, c) => [past, c]))
  const nothing: Weighted = { items: new Int32Array(0), weights: new Float64Array(0) }
  return {
    name: 'user-kNN on ratings (Pearson)',
    score: past => {
      const customer = numbers.get(past) ?? -1
      const mine = given[customer] ?? nothing
      const scores = new Float64Array(products.length)
      neighbours.predict(mine, neighbours.byPearson(mine, NEIGHBOURS, customer), scores)
      return scores
    },
  }
}

function flat(given: readonly Weighted[]): Ratings {
  return {
    customer: Int32Array.from(given.flatMap(({ items }, c) => Array.from(items, () => c))),
    item: Int32Array.from(given.flatMap(({ items }) => [...items])),
    value: Float64Array.from(given.flatMap(({ weights }) => [...weights])),
  }
}
