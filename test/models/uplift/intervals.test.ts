import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../../models/random.ts'
import { meanDifference } from '../../../models/uplift/means.ts'
import { shareDifference, wilson } from '../../../models/uplift/proportions.ts'
import { tBound } from '../../../models/uplift/student-t.ts'

test.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [5, 2.571],
  [10, 2.228],
  [30, 2.042],
  [120, 1.98],
  [1e7, 1.96],
])('t of %d degrees of freedom is the one in every table', (freedom, t) => {
  expect(tBound(freedom)).toBeCloseTo(t, 3)
})

// Newcombe 1998, Statistics in Medicine 17, table II, method 10.
test.each([
  ['a', 56, 70, 48, 80, 0.0524, 0.3339],
  ['b', 9, 10, 3, 10, 0.1705, 0.809],
  ['c', 6, 7, 2, 7, 0.0582, 0.8062],
  ['d', 5, 56, 0, 29, -0.0381, 0.1926],
  ['e', 0, 10, 0, 20, -0.1611, 0.2775],
  ['f', 0, 10, 0, 10, -0.2775, 0.2775],
  ['g', 10, 10, 0, 20, 0.6791, 1],
  ['h', 10, 10, 0, 10, 0.6075, 1],
])("the difference of shares is that of the paper's example %s", (_, hits, of, otherHits, others, low, high) => {
  const found = shareDifference({ of, hits }, { of: others, hits: otherHits })
  expect([found.low, found.high].map(value => Number(value.toFixed(4)))).toEqual([low, high])
})

test('an interval of shares holds the difference, turns round with its groups, and stays within −1 and 1', () => {
  const shares = fc
    .record({ of: fc.integer({ min: 1, max: 5000 }), part: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ of, part }) => ({ of, hits: Math.round(part * of) }))
  fc.assert(
    fc.property(shares, shares, (a, b) => {
      const [found, turned] = [shareDifference(a, b), shareDifference(b, a)]
      expect(found.low).toBeLessThanOrEqual(found.difference)
      expect(found.high).toBeGreaterThanOrEqual(found.difference)
      expect([-turned.high, -turned.low]).toEqual([expect.closeTo(found.low, 12), expect.closeTo(found.high, 12)])
      expect(found.low).toBeGreaterThanOrEqual(-1 - 1e-12)
      expect(found.high).toBeLessThanOrEqual(1 + 1e-12)
      const { low, high } = wilson(a)
      expect(low <= a.hits / a.of + 1e-12 && high >= a.hits / a.of - 1e-12).toBe(true)
    }),
  )
})

/** By hand: two samples of R's `sleep` data, t.test(extra ~ group): t = −1.8608, df = 17.776, 95 % from −3.3655 to 0.2055. */
test('the difference of means is that of R for data everybody has', () => {
  const one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
  const two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
  const { difference, low, high } = meanDifference(sampleOf(one), sampleOf(two))
  expect(difference).toBeCloseTo(-1.58, 10)
  expect([low, high]).toEqual([expect.closeTo(-3.3654832, 4), expect.closeTo(0.2054832, 4)])
})

test('two samples without any spread differ by what they differ', () => {
  expect(meanDifference({ of: 9, mean: 2, variance: 0 }, { of: 9, mean: 1, variance: 0 })).toEqual({
    difference: 1,
    low: 1,
    high: 1,
  })
})

test('the truth lies outside about 5 of 100 intervals, of conversion and of revenue, as most of a shop buys nothing', () => {
  const random = new Random(6)
  const [rounds, rate] = [1500, 0.06]
  let [shares, means] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const [treated, heldOut] = [spent(random, 1500, rate + 0.02), spent(random, 600, rate)]
    const a = shareDifference(bought(treated), bought(heldOut))
    const b = meanDifference(sampleOf(treated), sampleOf(heldOut))
    if (a.low > 0.02 || a.high < 0.02) shares++
    if (b.low > 0.02 * MEAN || b.high < 0.02 * MEAN) means++
  }
  for (const missed of [shares, means]) {
    expect(missed / rounds).toBeGreaterThan(0.03)
    expect(missed / rounds).toBeLessThan(0.075)
  }
})

/** Of −ln(u), whose mean is 1, times a hundred. */
const MEAN = 100
const spent = (random: Random, customers: number, rate: number): number[] =>
  Array.from({ length: customers }, () => (random.float() < rate ? -Math.log(1 - random.float()) * MEAN : 0))
const bought = (revenues: readonly number[]) => ({ of: revenues.length, hits: revenues.filter(revenue => revenue > 0).length })

function sampleOf(values: readonly number[]) {
  const of = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / of
  return { of, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (of - 1) }
}
