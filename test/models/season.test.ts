import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addToSeason, noSeason, seasonalIndex } from '../../models/season.ts'

const monthly = (year: number, month: number) => Date.UTC(year, month, 15)
const wanted = (all: readonly (readonly [at: number, amount: number])[]) =>
  all.reduce((season, [at, amount]) => addToSeason(season, amount, at), noSeason)

test('what sells at the end of the year stands above its average then, below it in summer, and near it elsewhere', () => {
  const sales = [2024, 2025].flatMap(year =>
    Array.from({ length: 12 }, (_, month) => [monthly(year, month), month === 11 ? 60 : 5] as const),
  )
  const index = seasonalIndex(wanted(sales))!
  expect(index[11]).toBeGreaterThan(4)
  expect(index[6]).toBeLessThan(0.8)
})

test('before a year is known there is no season, for a month may just not have come', () => {
  expect(seasonalIndex(noSeason)).toBeUndefined()
  expect(
    seasonalIndex(
      wanted([
        [monthly(2025, 0), 9],
        [monthly(2025, 10), 9],
      ]),
    ),
  ).toBeUndefined()
})

test('a few purchases make no season', () => {
  const index = seasonalIndex(
    wanted([
      [monthly(2024, 0), 1],
      [monthly(2025, 6), 1],
    ]),
  )!
  expect(Math.max(...index)).toBeLessThan(1.5)
  expect(Math.min(...index)).toBeGreaterThan(0.7)
})

test('every arrival order gives the same', () => {
  const all = fc.array(fc.tuple(fc.integer({ min: monthly(2024, 0), max: monthly(2026, 0) }), fc.integer({ min: 1, max: 9 })))
  fc.assert(
    fc.property(all, some => {
      expect(wanted([...some].reverse())).toEqual(wanted(some))
    }),
  )
})
