import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fuseByRank } from '../../../models/vectors/fuse-by-rank.ts'

test('who is first everywhere has a score of 1', () => {
  expect(
    fuseByRank(
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
      3,
    )[0],
  ).toEqual({ id: 'a', score: 1 })
})

test('a place in two lists beats a better one in a single list', () => {
  expect(
    fuseByRank(
      [
        ['a', 'b', 'c'],
        ['d', 'c'],
      ],
      4,
    ).map(({ id }) => id),
  ).toEqual(['c', 'a', 'd', 'b'])
})

test('one list keeps its order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), ids => {
      expect(fuseByRank([ids], ids.length).map(({ id }) => id)).toEqual(ids)
    }),
  )
})

test('the order of the lists does not matter', () => {
  const lists = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(lists, all => {
      const ids = (fused: ReturnType<typeof fuseByRank>) => fused.map(({ id, score }) => [id, score.toFixed(9)])
      expect(new Map(ids(fuseByRank([...all].reverse(), 8)) as [string, string][])).toEqual(
        new Map(ids(fuseByRank(all, 8)) as [string, string][]),
      )
    }),
  )
})
