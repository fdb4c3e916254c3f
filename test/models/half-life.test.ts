import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HalfLife } from '../../models/half-life.ts'

const DAY = 86_400_000

test('what is left is the power of two, to the last bit, of whole days, parts of them, and times to come', () => {
  const fading = new HalfLife(7 * DAY)
  const days = fc.oneof(fc.integer({ min: -10, max: 20_000 }), fc.double({ min: -10, max: 20_000, noNaN: true }))
  fc.assert(
    fc.property(days, one => {
      expect(fading.left(one * DAY)).toBe(2 ** (-(one * DAY) / (7 * DAY)))
    }),
  )
})
