import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PairSums } from '../../../../infra/analytics/recommend/pair-sums.ts'

test.each([
  ['in columns', 50],
  ['in tables', 0],
])('sums %s are those of a map, however many there are', (_, few) => {
  const adds = fc.array(fc.tuple(fc.nat(3), fc.nat(49), fc.integer({ min: 1, max: 9 })), { maxLength: 300 })
  fc.assert(
    fc.property(adds, all => {
      const sums = new PairSums(50, few)
      const expected = new Map<string, number>()
      for (const [product, other, amount] of all) {
        sums.add(product, other, amount)
        expected.set(`${product} ${other}`, (expected.get(`${product} ${other}`) ?? 0) + amount)
      }
      const found = new Map<string, number>()
      for (let product = 0; product < 50; product++) sums.forEach(product, (other, sum) => found.set(`${product} ${other}`, sum))
      expect(found).toEqual(expected)
    }),
  )
})
