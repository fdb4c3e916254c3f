import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalBelow } from '../../../models/bandit/normal.ts'
import { normalQuantile } from '../../../models/bandit/normal-quantile.ts'
import {
  powerOfMeans,
  powerOfShares,
  sampleSizeOfMeans,
  sampleSizeOfShares,
  smallestRise,
} from '../../../models/experiment/power.ts'
import { Random } from '../../../models/random.ts'
import { oracle } from '../../support/value-oracle.ts'

test('the normal’s quantile turns its distribution round', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
  for (const p of [1e-12, 0.01, 0.5, 0.8, 0.999999]) expect(normalBelow(normalQuantile(p)) / p).toBeCloseTo(1, 9)
})

test('the power of a t test is that of scipy’s noncentral t', () => {
  for (const { perGroup, effect, alpha, power } of oracle.power)
    expect(powerOfMeans(perGroup, effect, alpha)).toBeCloseTo(power, 7)
})

/** R: power.t.test(delta = 1, power = .90) gives 22.02; power.prop.test(p1 = .50, p2 = .75, power = .90) gives 76.65 (their help pages). */
test('sample sizes are those of R’s help pages, rounded up', () => {
  expect(sampleSizeOfMeans(1, { alpha: 0.05, power: 0.9 })).toBe(23)
  expect(sampleSizeOfShares(0.5, 0.75, { alpha: 0.05, power: 0.9 })).toBe(77)
})

test('so many customers are needed and no fewer, and what they can show is what they were for', () => {
  const share = fc.double({ min: 0.01, max: 0.9, noNaN: true })
  fc.assert(
    fc.property(share, share, (one, other) => {
      fc.pre(Math.abs(one - other) > 0.005)
      const needed = sampleSizeOfShares(one, other)!
      expect(powerOfShares(needed, one, other, 0.05)).toBeGreaterThanOrEqual(0.8)
      if (needed > 2) expect(powerOfShares(needed - 1, one, other, 0.05)).toBeLessThan(0.8)
      if (other > one) expect(smallestRise(needed, one)!).toBeLessThanOrEqual(other - one + 1e-9)
    }),
    { numRuns: 50 },
  )
})

test('what cannot be found needs no number', () => {
  expect(sampleSizeOfShares(0.1, 0.1)).toBeNull()
  expect(sampleSizeOfMeans(0)).toBeNull()
  expect(smallestRise(2, 0.5)).toBeNull()
  expect(sampleSizeOfShares(0, 1)).toBeLessThan(10)
  for (const effect of [1e-4, 0.01, 100]) expect(sampleSizeOfMeans(effect)).toSatisfy(Number.isFinite)
})

test('tests find what is there as often as they are told to', () => {
  const random = new Random('power')
  const [perGroup, runs] = [400, 4000]
  let found = 0
  for (let run = 0; run < runs; run++) {
    const hits = [0.1, 0.16].map(rate => Array.from({ length: perGroup }, () => random.chance(rate)).filter(Boolean).length)
    const middle = (hits[0]! + hits[1]!) / (2 * perGroup)
    const z = (hits[1]! - hits[0]!) / perGroup / Math.sqrt((2 * middle * (1 - middle)) / perGroup)
    if (Math.abs(z) > 1.96) found++
  }
  expect(found / runs).toBeCloseTo(powerOfShares(perGroup, 0.1, 0.16, 0.05), 1)
})
