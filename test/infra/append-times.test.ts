import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppendTimes } from '../../infra/append-times.ts'

describe('when a record was appended, by looks at the end', () => {
  test('is after the last look that did not find it: a quiet hour before it does not make it old', () => {
    const times = new AppendTimes(0)
    for (const at of [0, 60_000, 3_600_000]) times.saw(at, 5)
    times.saw(3_601_000, 6)
    expect(times.after(5)).toBe(3_600_000)
  })

  test('is not known of what was there at the first look', () => {
    const times = new AppendTimes(1000)
    times.saw(1000, 5)
    expect([times.since, times.after(4), times.after(5)]).toEqual([1000, undefined, 1000])
  })

  test('is never later than the truth, and at most one look earlier, for a reader that goes on', () => {
    const appends = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(appends, fc.integer({ min: 1, max: 40 }), (gaps, every) => {
        const appended: number[] = [] // when the record at each offset was
        for (const gap of gaps) appended.push((appended.at(-1) ?? 0) + gap)
        const times = new AppendTimes(0)
        let next = 0
        for (let now = 0; now <= appended.at(-1)! + every; now += every) {
          times.saw(now, appended.filter(at => at <= now).length)
          const after = times.after(next)
          const truth = appended[next]
          if (truth !== undefined && truth <= now) {
            if (after === undefined) expect(truth).toBe(0)
            else {
              expect(after).toBeLessThanOrEqual(truth)
              expect(after).toBeGreaterThanOrEqual(truth - every)
            }
          }
          if (now % 3 === 0 && truth !== undefined && truth <= now) next++
        }
      }),
    )
  })

  test('thousands of looks of a reader that stands still make it forget details, not the age', () => {
    const times = new AppendTimes(0)
    for (let i = 0; i <= 10_000; i++) times.saw(i * 1000, i)
    expect(times.after(0)).toBe(0)
    const after = times.after(5000)!
    expect(after).toBeLessThanOrEqual(5_000_000)
    expect(after).toBeGreaterThan(4_000_000)
  })
})
