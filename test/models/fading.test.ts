import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fade, nothing, worth } from '../../models/fading.ts'

const DAY = 86_400_000
const HALF_LIFE = 7 * DAY
const act = fc.record({
  at: fc.integer({ min: 1e12, max: 1e12 + 400 * DAY }),
  amount: fc.double({ min: 0.01, max: 1, noNaN: true }),
})

const sum = (acts: readonly { at: number; amount: number }[]) =>
  acts.reduce((faded, { at, amount }) => fade(faded, amount, at, HALF_LIFE), nothing)

test('whatever order acts come in, the sum is worth the same', () => {
  const shuffled = fc
    .array(act, { minLength: 1, maxLength: 30 })
    .chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
  fc.assert(
    fc.property(shuffled, ([sent, arrived]) => {
      const [a, b] = [sum(sent), sum(arrived)]
      expect(b.at).toBe(a.at)
      expect(Math.abs(b.value - a.value)).toBeLessThanOrEqual(1e-9 * a.value)
    }),
  )
})

test('a sum is worth its amounts, each halved for every half-life since', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 20 }), fc.integer({ min: 0, max: 100 * DAY }), (acts, later) => {
      const now = 1e12 + 400 * DAY + later
      const plain = acts.reduce((total, { at, amount }) => total + amount * 2 ** ((at - now) / HALF_LIFE), 0)
      expect(worth(sum(acts), now, HALF_LIFE)).toBeCloseTo(plain, 12)
    }),
  )
})

test('after one half-life half is left, before its instant it is worth more', () => {
  const faded = fade(nothing, 8, 10 * HALF_LIFE, HALF_LIFE)
  expect([9, 10, 11, 13].map(n => worth(faded, n * HALF_LIFE, HALF_LIFE))).toEqual([16, 8, 4, 1])
})

test('a late act does not take the sum back in time', () => {
  expect(fade(fade(nothing, 1, 2 * HALF_LIFE, HALF_LIFE), 1, HALF_LIFE, HALF_LIFE)).toEqual({ value: 1.5, at: 2 * HALF_LIFE })
})
