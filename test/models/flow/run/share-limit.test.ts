import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pass, unshared } from '../../../../models/flow/run/share-limit.ts'

const PER = 6000

test('never do more pass within the time than may, and nobody is kept back who would have had room a sixtieth of it ago', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (gaps, most) => {
      const passed: number[] = []
      let [shared, at] = [unshared, 0]
      for (const gap of gaps) {
        at += gap
        const { after, allowed } = pass(shared, at, most, PER)
        shared = after
        const within = (ms: number) => passed.filter(one => one > at - ms).length
        if (allowed) expect(within(PER)).toBeLessThan(most)
        else expect(within(PER + (2 * PER) / 60)).toBeGreaterThanOrEqual(most)
        if (allowed) passed.push(at)
      }
      expect(shared.stretches.length).toBeLessThanOrEqual(61)
    }),
  )
})

test('without a time so many pass and then nobody', () => {
  let shared = unshared
  const answers = [5, 3, 9].map(at => {
    const { after, allowed } = pass(shared, at, 2, undefined)
    shared = after
    return allowed
  })
  expect(answers).toEqual([true, true, false])
})
