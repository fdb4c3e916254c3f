import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GROUNDS, type Standing, strongest } from '../../models/grounds.ts'
import { decodeStandings, encodeStandings } from '../../models/standing-bytes.ts'

const amount = fc.double({ min: -30, max: 30, noNaN: true })
const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN))
const standing: fc.Arbitrary<Standing> = fc.record({
  by: fc.constantFrom('new', 'all', 'strategies'),
  score: amount,
  strongest: fc.array(fc.record({ name: fc.constantFrom(...GROUNDS), value, adds: amount }), { maxLength: 3 }),
})

test('standings come back in their places, scores to a thousandth, values to two digits', () => {
  fc.assert(
    fc.property(fc.array(fc.option(standing, { nil: undefined }), { maxLength: 40 }), standings => {
      const back = decodeStandings(encodeStandings(standings))!
      expect(back).toHaveLength(standings.length)
      for (const [k, one] of standings.entries()) {
        expect(back[k]?.by).toBe(one?.by)
        expect(back[k]?.strongest.map(({ name }) => name)).toEqual(one?.strongest.map(({ name }) => name))
        if (one === undefined) continue
        expect(Math.abs(back[k]!.score - one.score)).toBeLessThanOrEqual(0.00051)
        for (const [g, ground] of one.strongest.entries()) {
          const kept = back[k]!.strongest[g]!
          expect(Math.abs(kept.adds - ground.adds)).toBeLessThanOrEqual(0.00051)
          if (Number.isNaN(ground.value)) expect(kept.value).toBeNaN()
          else expect(Math.abs(kept.value - ground.value)).toBeLessThanOrEqual(Math.abs(ground.value) * 0.01 + 1e-38)
        }
      }
    }),
  )
})

test('a score beyond what is kept is the most there is, not another', () => {
  expect(decodeStandings(encodeStandings([{ by: 'all', score: 1e9, strongest: [] }]))![0]!.score).toBe(32.767)
})

test('what is no such text, or of other grounds, is no standing', () => {
  for (const text of ['', 'x', '####', Buffer.alloc(20, 7).toString('base64')]) expect(decodeStandings(text)).toBeUndefined()
})

test('whole numbers of usual size are kept whole', () => {
  const grounds = [3, 37, 255].map(days => ({ name: GROUNDS[0]!, value: days, adds: 1 }))
  expect(decodeStandings(encodeStandings([{ by: 'new', score: 1, strongest: grounds }]))![0]!.strongest).toEqual(grounds)
})

test('the strongest are those that add or take most', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: GROUNDS.length }), adds => {
      const found = strongest(GROUNDS.slice(0, adds.length), adds, adds).map(({ adds: one }) => Math.abs(one))
      const sizes = adds.map(Math.abs).filter(one => one > 0)
      expect(found).toEqual(sizes.sort((a, b) => b - a).slice(0, 3))
    }),
  )
})
