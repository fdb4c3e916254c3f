import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Drain } from '../../../../models/flow/rehearse/drain.ts'

const texts = fc.array(fc.record({ after: fc.nat(3000), parts: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 60 })

/** The queue millisecond by millisecond: a part takes 100 ms. */
function byTheMillisecond(arrivals: readonly { at: number; parts: number }[]) {
  let [busyUntil, longestWait, longest, began] = [-1, 0, 0, 0]
  const waiting = [...arrivals]
  for (let now = 0; waiting.length > 0 || now < busyUntil; now++) {
    while (waiting[0] !== undefined && waiting[0].at === now) {
      const { at, parts } = waiting.shift()!
      if (busyUntil <= now) began = now
      const begins = Math.max(now, busyUntil)
      busyUntil = begins + parts * 100
      longestWait = Math.max(longestWait, begins - at)
      longest = Math.max(longest, busyUntil - began)
    }
  }
  return { longestWait, longest }
}

test('the queue is as long as one that is lived through', () => {
  fc.assert(
    fc.property(texts, drawn => {
      let at = 0
      const arrivals = drawn.map(({ after, parts }) => {
        at += after
        return { at, parts }
      })
      const drain = new Drain({ partsPerSecond: 10, slots: 50, roundTripMs: 500 })
      for (const { at: when, parts } of arrivals) drain.add(when, parts)
      const { longestWait, longest } = byTheMillisecond(arrivals)
      expect(drain.longestWaitMs).toBeCloseTo(longestWait, 6)
      expect(drain.longest!.drainMs).toBeCloseTo(longest, 6)
    }),
    { numRuns: 100 },
  )
})

test('a thousand texts at once through fifty slots of half a second each are ten seconds, and by a rate of ten parts a second a hundred', () => {
  const drained = (partsPerSecond: number | undefined) => {
    const drain = new Drain({ partsPerSecond, slots: 50, roundTripMs: 500 })
    for (let i = 0; i < 1000; i++) drain.add(5, 1)
    return [drain.longest?.at, Math.round(drain.longest!.drainMs), drain.longest?.texts]
  }
  expect(drained(undefined)).toEqual([5, 10_000, 1000])
  expect(drained(10)).toEqual([5, 100_000, 1000])
})

test('where nothing goes there is no queue', () => {
  const drain = new Drain({ partsPerSecond: 1, slots: 1, roundTripMs: 1 })
  expect([drain.longest, drain.longestWaitMs]).toEqual([undefined, 0])
})
