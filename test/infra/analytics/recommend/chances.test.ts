import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bandsOf, chancesBy } from '../../../../infra/analytics/recommend/chances.ts'
import { Random } from '../../../../models/random.ts'

test('chances never fall with confidence, bands cover all of it once, and nothing shown or bought is lost', () => {
  const shown = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 50, maxLength: 600 })
  fc.assert(
    fc.property(shown, all => {
      const confidence = all.map(([one]) => one / 20)
      const bought = all.map(([, one]) => (one ? 1 : 0))
      const bands = bandsOf(confidence, bought)
      expect(bands[0]!.from).toBe(0)
      expect(bands.at(-1)!.to).toBe(1)
      for (const [k, band] of bands.entries()) if (k > 0) expect(band.from).toBe(bands[k - 1]!.to)
      for (const [k, { from, to, shown, bought: hits }] of bands.entries()) {
        const inside = all.filter(([one]) => one / 20 >= from && (one / 20 < to || k === bands.length - 1))
        expect([shown, hits]).toEqual([inside.length, inside.filter(([, one]) => one).length])
      }
      const chanceOf = chancesBy(bands)
      let last = -1
      for (let k = 0; k <= 100; k++) {
        const { chance, low, high } = chanceOf(k / 100)
        expect(chance).toBeGreaterThanOrEqual(last)
        expect(low).toBeLessThanOrEqual(chance)
        expect(high).toBeGreaterThanOrEqual(chance)
        last = chance
      }
    }),
  )
})

test('a chance that grows with confidence is found again, each band within its interval', () => {
  const random = new Random('chances', 1)
  const confidence = Array.from({ length: 50_000 }, () => random.float())
  const bought = confidence.map(one => (random.chance(0.02 + 0.1 * one) ? 1 : 0))
  const bands = bandsOf(confidence, bought)
  expect(bands).toHaveLength(5)
  const chanceOf = chancesBy(bands)
  for (const middle of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const { low, high } = chanceOf(middle)
    expect(low).toBeLessThan(0.02 + 0.1 * middle)
    expect(high).toBeGreaterThan(0.02 + 0.1 * middle)
  }
})

test('too few purchases make one band, too few products shown none, and then nothing is claimed to be known', () => {
  const confidence = Array.from({ length: 200 }, (_, k) => k / 200)
  expect(
    bandsOf(
      confidence,
      confidence.map((_, k) => (k % 10 === 0 ? 1 : 0)),
    ),
  ).toEqual([{ from: 0, to: 1, shown: 200, bought: 20 }])
  expect(bandsOf(confidence.slice(0, 49), confidence)).toEqual([])
  expect(chancesBy([])(0.5)).toEqual({ chance: 0, low: 0, high: 1 })
})
