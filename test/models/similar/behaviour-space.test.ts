import { expect, test } from 'vitest'
import { factorise } from '../../../models/factorisation.ts'
import { behaviourSpace } from '../../../models/similar/behaviour-space.ts'
import type { KnownCustomer } from '../../../models/similar/known-customer.ts'

/** Two crowds: one buys products 0–4, the other 5–9. */
const histories = Array.from({ length: 40 }, (_, u) => {
  const items = Int32Array.from([0, 1, 2, 3], k => (u % 2) * 5 + ((u + k) % 5))
  return { items, weights: new Float64Array(items.length).fill(1) }
})
const factors = factorise(histories, 10, { dimensions: 2, sweeps: 8, unobserved: 0.1, lambda: 0.01, frequency: 1, seed: 1 })
const products = Array.from({ length: 10 }, (_, i) => `p${i}`)
const space = behaviourSpace(3, { factors, products })!
const buyer = (...ids: string[]): KnownCustomer => ({
  customerId: 'c',
  taste: { bought: new Map(ids.map(id => [id, { times: 1, sittings: [0] }])), recent: [] },
  messages: new Map(),
})
const none = () => undefined
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

test('customers of one crowd are nearer to each other than to the other crowd, without a product in common', () => {
  const [one, same, other] = [buyer('p0', 'p1'), buyer('p2', 'p3'), buyer('p7', 'p8')].map(c => space.vectorOf(c, none)!)
  expect(cosine(one!, same!)).toBeGreaterThan(cosine(one!, other!) + 0.5)
})

test('a ranker of another version is another space', () => {
  expect(space.name).toBe('behaviour:3')
  expect(space.dims).toBe(2)
})

test('who bought nothing that the ranker knows has no vector', () => {
  expect(space.vectorOf(buyer(), none)).toBeUndefined()
  expect(space.vectorOf(buyer('new'), none)).toBeUndefined()
})

test('a ranker without factors has no space', () => {
  expect(behaviourSpace(1, { factors: undefined, products })).toBeUndefined()
})
