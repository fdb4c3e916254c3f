import { expect, test } from 'vitest'
import { factorise } from '../../../models/factorisation.ts'
import { Random } from '../../../models/random.ts'
import { leaningOf, learnLeanings } from '../../../models/ranker/leanings.ts'
import type { Past } from '../../../models/ranker/past.ts'
import type { Known } from '../../../models/segment-popularity.ts'

const N = 20
const pastOf = (items: readonly number[]): Past => ({
  items: Int32Array.from(items),
  times: new Float64Array(items.length).fill(1),
  firstAt: new Float64Array(items.length),
  lastAt: new Float64Array(items.length),
  sittings: 1,
})

/** Customers of two interests, products of the first half or of the second; who of them lives where has nothing to do with it, but in Hunza everybody buys product 19. */
const random = new Random('leanings')
const pasts = Array.from({ length: 400 }, (_, u) => {
  const from = u % 2 === 0 ? 0 : N / 2
  const items = [...new Set(Array.from({ length: 6 }, () => from + random.int(0, N / 2 - 2)))]
  return pastOf(u % 10 < 3 ? [...items, 19] : items)
})
const known = (u: number): Known => ({ segment: null, traits: { city: u % 10 < 3 ? 'Hunza' : 'Lahore' } })
const factors = factorise(
  pasts.map(({ items }) => ({ items, weights: new Float64Array(items.length).fill(1) })),
  N,
  { dimensions: 2, sweeps: 8, unobserved: 0.1, lambda: 0.01, frequency: 1, seed: 1 },
)
const leanings = learnLeanings(pasts, N, factors, known)
const nothing: Known = { segment: null, traits: {} }
const half = (lean: Float64Array, second: boolean) => [...lean.slice(second ? N / 2 : 0, second ? N - 1 : N / 2 - 1)]

test('after one product somebody leans to what those of the same interests buy, and from the rest', () => {
  for (const second of [false, true]) {
    const lean = leaningOf(leanings, factors, pastOf([second ? 12 : 3]), nothing)!
    expect(Math.min(...half(lean, second))).toBeGreaterThan(0)
    expect(Math.max(...half(lean, !second))).toBeLessThan(0)
  }
})

test('before any product their traits tell, whatever the case they are written in', () => {
  const lean = leaningOf(leanings, factors, pastOf([]), { segment: null, traits: { city: 'HUNZA' } })!
  expect(lean.indexOf(Math.max(...lean))).toBe(19)
  expect(leaningOf(leanings, factors, pastOf([]), { segment: null, traits: { city: 'Lahore' } })![19]).toBeLessThan(0)
})

test('of somebody nothing is known of nothing leans, and who is known by what they did is left as they are', () => {
  expect(leaningOf(leanings, factors, pastOf([]), nothing)).toBeUndefined()
  expect(leaningOf(leanings, factors, pastOf([1, 2, 3]), { segment: null, traits: { city: 'Hunza' } })).toBeUndefined()
})

test('without factors there are no interests, and traits still tell', () => {
  const plain = learnLeanings(pasts, N, undefined, known)
  expect(plain.interests).toBeUndefined()
  expect(leaningOf(plain, undefined, pastOf([3]), { segment: null, traits: { city: 'Hunza' } })![19]).toBeGreaterThan(0.5)
})

test('a product learnt nothing of gives no interest, and no number that is none', () => {
  expect(leaningOf(leanings, factors, pastOf([-1]), nothing)).toBeUndefined()
})
