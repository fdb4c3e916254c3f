import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortFalling } from '../../models/falling.ts'

test('numbers come in the order of falling scores, those of one score as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(5), fc.double({ noNaN: true })), { maxLength: 70 }), fc.nat(70), (scores, some) => {
      const numbers = Int32Array.from(scores.keys()).filter(number => number % 7 !== some % 7)
      const expected = [...numbers].sort((a, b) => scores[b]! - scores[a]! || a - b)
      sortFalling(numbers, Float64Array.from(scores))
      expect([...numbers]).toEqual(expected)
    }),
  )
})
