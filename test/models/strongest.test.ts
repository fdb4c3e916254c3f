import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Strongest } from '../../models/strongest.ts'

test('of whatever is offered in whatever order the best are kept, best first, ties by id', () => {
  const offered = fc.uniqueArray(fc.record({ id: fc.string(), score: fc.nat(5) }), { selector: ({ id }) => id, maxLength: 30 })
  fc.assert(
    fc.property(offered, fc.nat(8), (all, limit) => {
      const strongest = new Strongest(limit)
      for (const [product, { id, score }] of all.entries()) {
        const before = strongest.found.map(one => one.product)
        const takes = strongest.mayTake(score)
        strongest.offer(product, id, score)
        if (!takes) expect(strongest.found.map(one => one.product)).toEqual(before)
      }
      const sorted = [...all].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit)
      expect(strongest.found.map(({ id, score }) => ({ id, score }))).toEqual(sorted.map(({ id, score }) => ({ id, score })))
    }),
  )
})
