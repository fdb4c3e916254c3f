import fc from 'fast-check'
import { expect, test } from 'vitest'
import { association, beyondChance } from '../../models/association.ts'

const baskets = fc.array(fc.subarray(['tea', 'cup', 'pot']), { minLength: 1, maxLength: 30 })

test('support, confidence and lift are those counted over the baskets', () => {
  fc.assert(
    fc.property(baskets, all => {
      const having = (...ids: string[]) => all.filter(basket => ids.every(id => (basket as string[]).includes(id))).length
      const counts = { both: having('tea', 'cup'), first: having('tea'), second: having('cup'), all: all.length }
      const { support, confidence, lift } = association(counts)
      const { both, first, second } = counts
      expect(beyondChance(both, first, second, all.length)).toBeCloseTo(
        confidence > second / all.length ? confidence - second / all.length : 0,
      )
      expect(support).toBeCloseTo(having('tea', 'cup') / all.length)
      if (having('tea') === 0) expect([confidence, lift]).toEqual([0, 0])
      else {
        expect(confidence).toBeCloseTo(having('tea', 'cup') / having('tea'))
        if (having('cup') > 0) expect(lift).toBeCloseTo((having('tea', 'cup') * all.length) / having('tea') / having('cup'))
      }
    }),
  )
})

test('what everybody buys goes with nothing; what is bought with one product only goes with that', () => {
  expect(beyondChance(10, 10, 100, 100)).toBe(0)
  expect(beyondChance(10, 10, 10, 100)).toBeCloseTo(0.9)
  expect(beyondChance(0, 0, 0, 0)).toBe(0)
})
