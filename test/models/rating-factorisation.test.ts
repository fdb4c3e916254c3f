import { expect, test } from 'vitest'
import { Random } from '../../models/random.ts'
import { factoriseRatings, learnRating, predictRating, type Ratings } from '../../models/rating-factorisation.ts'

const [CUSTOMERS, ITEMS] = [60, 40]
const options = { dimensions: 3, epochs: 120, rate: 0.03, lambda: 0.02, seed: 1 }

/** Ratings made of a mean, biases and two tastes, so that the truth is known of those not given too. */
function planted() {
  const random = new Random('ratings', 7)
  const numbers = (length: number, size: number) => Array.from({ length }, () => (random.float() * 2 - 1) * size)
  const [b, c] = [numbers(CUSTOMERS, 0.5), numbers(ITEMS, 0.7)]
  const [p, q] = [numbers(CUSTOMERS * 2, 1), numbers(ITEMS * 2, 1)]
  const truth = (u: number, i: number) => 3.4 + b[u]! + c[i]! + p[2 * u]! * q[2 * i]! + p[2 * u + 1]! * q[2 * i + 1]!
  const [given, kept]: [number, number][][] = [[], []]
  for (let u = 0; u < CUSTOMERS; u++) for (let i = 0; i < ITEMS; i++) (random.chance(0.6) ? given! : kept!).push([u, i])
  const ratings: Ratings = {
    customer: Int32Array.from(given!, ([u]) => u),
    item: Int32Array.from(given!, ([, i]) => i),
    value: Float64Array.from(given!, ([u, i]) => truth(u, i)),
  }
  return { ratings, kept: kept!, truth }
}

const { ratings, kept, truth } = planted()
const rmse = (guess: (u: number, i: number) => number) =>
  Math.sqrt(kept.reduce((sum, [u, i]) => sum + (truth(u, i) - guess(u, i)) ** 2, 0) / kept.length)

test('ratings that were not given are found again: biases take most of the error away, vectors most of the rest', () => {
  const model = factoriseRatings(ratings, CUSTOMERS, ITEMS, options)
  const biases = factoriseRatings(ratings, CUSTOMERS, ITEMS, { ...options, dimensions: 0 })
  const guess = (one: typeof model) => rmse((u, i) => predictRating(one, u, i))
  expect(guess(biases)).toBeLessThan(0.85 * rmse(() => biases.mean))
  expect(guess(model)).toBeLessThan(0.35 * guess(biases))
})

test('a step goes down the slope of the squared error with its ridge, as differences measure it', () => {
  const model = factoriseRatings(ratings, CUSTOMERS, ITEMS, { ...options, epochs: 1 })
  const [u, i, value, lambda, rate] = [4, 9, 2, 0.1, 1e-3]
  const { dimensions: d } = model
  const parts = [
    [model.customerBias, u],
    [model.itemBias, i],
    ...Array.from({ length: d }, (_, f) => [model.customers, u * d + f] as const),
    ...Array.from({ length: d }, (_, f) => [model.items, i * d + f] as const),
  ] as const
  const loss = () =>
    ((value - predictRating(model, u, i)) ** 2 + lambda * parts.reduce((sum, [array, at]) => sum + array[at]! ** 2, 0)) / 2
  const slopes = parts.map(([array, at]) => {
    const [held, by] = [array[at]!, 1e-5]
    array[at] = held + by
    const above = loss()
    array[at] = held - by
    const below = loss()
    array[at] = held
    return (above - below) / (2 * by)
  })
  const before = parts.map(([array, at]) => array[at]!)
  learnRating(model, u, i, value, { rate, lambda })
  for (const [k, [array, at]] of parts.entries()) expect(array[at]! - before[k]!).toBeCloseTo(-rate * slopes[k]!, 8)
})

test('the same ratings and seed give the same model; of no rating nothing is learnt', () => {
  expect(factoriseRatings(ratings, CUSTOMERS, ITEMS, options)).toEqual(factoriseRatings(ratings, CUSTOMERS, ITEMS, options))
  const none = { customer: new Int32Array(0), item: new Int32Array(0), value: new Float64Array(0) }
  expect(predictRating(factoriseRatings(none, 1, 1, { ...options, dimensions: 0 }), 0, 0)).toBe(0)
})
