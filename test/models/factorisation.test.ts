import { expect, test } from 'vitest'
import { affinities, factorise, foldIn, type Weighted } from '../../models/factorisation.ts'
import { Random } from '../../models/random.ts'

const options = { dimensions: 6, sweeps: 12, unobserved: 0.1, lambda: 0.01, frequency: 1, seed: 1 }

/** Customers of two tastes: items of the first half or of the second. */
function tastes(random: Random, customers: number, n: number): Weighted[] {
  return Array.from({ length: customers }, (_, u) => {
    const from = u % 2 === 0 ? 0 : n / 2
    const items = [...new Set(Array.from({ length: 5 }, () => from + random.int(0, n / 2 - 1)))]
    return { items: Int32Array.from(items), weights: new Float64Array(items.length).fill(1) }
  })
}

test('a customer folded in is drawn to what others of their taste have, and not to the rest', () => {
  const n = 20
  const factors = factorise(tastes(new Random('tastes'), 200, n), n, { ...options, dimensions: 2 })
  const scores = new Float64Array(n)
  affinities(factors, foldIn(factors, { items: Int32Array.from([1, 4]), weights: Float64Array.from([1, 1]) }), scores)
  const [own, other] = [scores.slice(0, n / 2), scores.slice(n / 2)]
  expect(Math.min(...own)).toBeGreaterThan(Math.max(...other))
})

test('folding in solves the normal equations: the gradient of the loss in the customer’s vector is nothing', () => {
  const n = 20
  const histories = tastes(new Random('gradient'), 60, n)
  const factors = factorise(histories, n, options)
  const history: Weighted = { items: Int32Array.from([2, 3, 15]), weights: Float64Array.from([1, 0.5, 2]) }
  const x = foldIn(factors, history)
  const { dimensions: d, items } = factors
  const ridge = options.lambda * (history.items.length + options.unobserved * n) ** options.frequency
  const row = (i: number) => items.subarray(i * d, (i + 1) * d)
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
  for (let p = 0; p < d; p++) {
    let slope = ridge * x[p]!
    for (let i = 0; i < n; i++) slope += options.unobserved * dot(x, row(i)) * row(i)[p]!
    for (const [k, i] of history.items.entries()) slope += history.weights[k]! * (dot(x, row(i)) - 1) * row(i)[p]!
    expect(Math.abs(slope)).toBeLessThan(1e-9)
  }
})
