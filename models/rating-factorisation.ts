import { Random } from './random.ts'

/** Ratings by the numbers of who gave them and of what. */
export interface Ratings {
  readonly customer: Int32Array
  readonly item: Int32Array
  readonly value: Float64Array
}

export interface RatingOptions {
  readonly dimensions: number
  /** Passes over all ratings. */
  readonly epochs: number
  readonly rate: number
  /** Ridge on biases and vectors. */
  readonly lambda: number
  readonly seed: number
}

/** What a rating is made of; vectors row-major. */
export interface RatingModel {
  readonly dimensions: number
  readonly mean: number
  readonly customerBias: Float64Array
  readonly itemBias: Float64Array
  readonly customers: Float64Array
  readonly items: Float64Array
}

/**
 * Matrix factorisation of explicit ratings with biases, r̂ = μ + b_u + b_i + p_u·q_i, by stochastic gradient descent on the squared error (Funk
 * 2006; Koren, Bell & Volinsky 2009): of each rating in turn, with e = r − r̂,
 *
 * b ← b + rate·(e − λ·b), p_u ← p_u + rate·(e·q_i − λ·p_u), q_i ← q_i + rate·(e·p_u − λ·q_i).
 *
 * An epoch costs ratings · d multiply-adds, in an order that its seed tells; a prediction d.
 */
export function factoriseRatings(ratings: Ratings, customers: number, items: number, options: RatingOptions): RatingModel {
  const { dimensions: d, epochs, seed } = options
  const random = new Random('ratings', seed)
  const small = (rows: number) => Float64Array.from({ length: rows * d }, () => (random.float() - 0.5) / Math.sqrt(d) / 5)
  const { value } = ratings
  const model: RatingModel = {
    dimensions: d,
    mean: value.reduce((sum, one) => sum + one, 0) / Math.max(1, value.length),
    customerBias: new Float64Array(customers),
    itemBias: new Float64Array(items),
    customers: small(customers),
    items: small(items),
  }
  const order = Int32Array.from(value.keys())
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (const k of order) learnRating(model, ratings.customer[k]!, ratings.item[k]!, value[k]!, options)
  }
  return model
}

/** One step down the error of one rating: what an event costs, d multiply-adds. */
export function learnRating(
  model: RatingModel,
  customer: number,
  item: number,
  value: number,
  { rate, lambda }: Pick<RatingOptions, 'rate' | 'lambda'>,
): void {
  const { dimensions: d, customerBias, itemBias, customers, items } = model
  const error = value - predictRating(model, customer, item)
  customerBias[customer]! += rate * (error - lambda * customerBias[customer]!)
  itemBias[item]! += rate * (error - lambda * itemBias[item]!)
  for (let f = 0, p = customer * d, q = item * d; f < d; f++, p++, q++) {
    const [mine, its] = [customers[p]!, items[q]!]
    customers[p] = mine + rate * (error * its - lambda * mine)
    items[q] = its + rate * (error * mine - lambda * its)
  }
}

export function predictRating(
  { dimensions: d, mean, customerBias, itemBias, customers, items }: RatingModel,
  customer: number,
  item: number,
): number {
  let sum = mean + customerBias[customer]! + itemBias[item]!
  for (let f = 0, p = customer * d, q = item * d; f < d; f++) sum += customers[p++]! * items[q++]!
  return sum
}

/** Fisher & Yates. */
function shuffle(order: Int32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.int(0, last)
    const held = order[last]!
    order[last] = order[other]!
    order[other] = held
  }
}
