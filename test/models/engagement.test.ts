import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EngagementLevel, engage, standing } from '../../models/engagement.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const acts = fc.array(fc.record({ weight: fc.constantFrom(0.1, 0.3, 0.4, 0.5, 1), daysAgo: fc.integer({ min: 0, max: 700 }) }), {
  minLength: 1,
  maxLength: 20,
})
type Act = { weight: number; daysAgo: number }
const levelOf = (all: readonly Act[]) =>
  all.reduce<EngagementLevel>((level, { weight, daysAgo }) => engage(level, weight, NOW - daysAgo * DAY), null)!
/** As it is defined: Σ weight · e^(−0.1·days). */
const plain = (all: readonly Act[]) => all.reduce((sum, { weight, daysAgo }) => sum + weight * Math.exp(-0.1 * daysAgo), 0)

describe('engagement', () => {
  test('is the sum of weights that fade by e^(−0.1·days), whatever order acts arrive in', () => {
    fc.assert(
      fc.property(acts, all => {
        expect(Math.exp(levelOf(all) - (0.1 / DAY) * NOW) / plain(all)).toBeCloseTo(1, 6)
        expect(levelOf([...all].reverse())).toBeCloseTo(levelOf(all), 6)
      }),
    )
  })

  test('keeps customers in the proportion that the definition has at any later instant', () => {
    fc.assert(
      fc.property(acts, acts, fc.nat(300), (a, b, later) => {
        const aged = (all: readonly Act[]) => all.map(act => ({ ...act, daysAgo: act.daysAgo + later }))
        expect(levelOf(a) - levelOf(b)).toBeCloseTo(Math.log(plain(aged(a)) / plain(aged(b))), 6)
      }),
    )
  })

  test('of acts that count for nothing is none', () => {
    expect(engage(null, 0, NOW)).toBeNull()
  })
})

describe('standing', () => {
  const spread = { top: Math.log(4), lowest: 0.25, mean: 0.5, deviation: 0.25 }

  test('is from 0 for the least to 1 for the most engaged, and in deviations from the mean', () => {
    expect(standing(Math.log(4), spread)).toEqual({ share: 1, zScore: 2 })
    expect(standing(0, spread)).toEqual({ share: 0, zScore: -1 })
    expect(standing(Math.log(2.5), spread).share).toBeCloseTo(0.5)
  })

  test.each([
    ['where nobody is known yet', 0, { top: null, lowest: 0, mean: 0, deviation: 0 }, { share: 1, zScore: 0 }],
    ['of who has done nothing', null, { top: 3, lowest: 0, mean: 0.5, deviation: 0.5 }, { share: 0, zScore: -1 }],
    ['where all are alike', 3, { top: 3, lowest: 1, mean: 1, deviation: 0 }, { share: 1, zScore: 0 }],
    ['above a spread that is a little old', 9, { top: 3, lowest: 0, mean: 0.5, deviation: 0.5 }, { share: 1, zScore: 1 }],
  ])('%s is a number', (_, level, some, expected) => {
    expect(standing(level, some)).toEqual(expected)
  })
})
