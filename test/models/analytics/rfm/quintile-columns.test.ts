import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quintileColumns } from '../../../../models/analytics/rfm/quintile-columns.ts'
import { tukeyFences } from '../../../../models/analytics/rfm/tukey-fences.ts'
import { OrderStatistics } from '../../../../models/order-statistics.ts'
import { cutsOf, quintile } from '../../../../models/rfm.ts'

const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 60 })
const rowsOf = (many: number) => Int32Array.from({ length: many }, (_, row) => row)

test('scores that ties share are those of the cuts that the engine publishes', () => {
  fc.assert(
    fc.property(values, values => {
      const ranks = new OrderStatistics()
      for (const value of values) ranks.add(value, 1)
      const cuts = cutsOf(ranks)
      const { tied } = quintileColumns(Float64Array.from(values), rowsOf(values.length))
      expect([...tied]).toEqual(values.map(value => quintile(cuts, value)))
    }),
  )
})

test('fifths of ranks are those of quantiles between ranks, ties in the order given', () => {
  fc.assert(
    fc.property(values, values => {
      const many = values.length
      const { first } = quintileColumns(Float64Array.from(values), rowsOf(many))
      const plain = values.map((value, i) => {
        const rank = 1 + values.filter((other, j) => other < value || (other === value && j < i)).length
        return 1 + [1, 2, 3, 4].filter(k => 5 * (rank - 1) > k * (many - 1)).length
      })
      expect([...first]).toEqual(plain)
    }),
  )
})

test('of ten customers with the same value, ties share the lowest score, and ranks part them into fifths', () => {
  const { tied, first } = quintileColumns(new Float64Array(10).fill(3), rowsOf(10).reverse())
  expect([...tied]).toEqual(Array(10).fill(1))
  expect([...first].reverse()).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
})

test('who is not ranked has no score, and takes no place', () => {
  const { tied, first } = quintileColumns(Float64Array.of(9, 1, 9, 2), Int32Array.of(1, 3))
  expect([[...tied], [...first]]).toEqual([
    [0, 1, 0, 3],
    [0, 1, 0, 5],
  ])
})

test('fences are one and a half interquartile ranges out, quartiles interpolated', () => {
  // 1 2 3 4 100: quartiles 2 and 4.  1 2 3 4: quartiles 1.75 and 3.25.
  expect(tukeyFences(Float64Array.of(100, 4, 3, 2, 1))).toEqual({ low: -1, high: 7 })
  expect(tukeyFences(Float64Array.of(4, 3, 2, 1))).toEqual({ low: -0.5, high: 5.5 })
  expect(tukeyFences(Float64Array.of(5))).toEqual({ low: 5, high: 5 })
  expect(tukeyFences(new Float64Array(0))).toEqual({ low: 0, high: 0 })
})
