import fc from 'fast-check'
import { Duration } from 'luxon'
import { expect, test } from 'vitest'
import { waitAt, weekClock } from '../../../models/flow/explore/week-clock.ts'
import { durationMs, durationOf, spanText } from '../../../models/flow/flow-duration.ts'
import { overlaps } from '../../../models/flow/sending-hours.ts'
import { weekdays } from '../../../schemas/flow.ts'
import { schedule } from '../../support/flow-steps.ts'

const MINUTE = 60_000
const DAY = 1440

test.each(['P1W', 'P3D', 'PT12H', 'P1DT2H3M4S', 'PT90M', 'P9999DT1S'])('%s is as long as ISO 8601 says', text => {
  expect(durationMs(text)).toBe(Duration.fromISO(text).toMillis())
})

test('a span is written as a duration that is as long', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e7 }), seconds => {
      expect(durationMs(durationOf(seconds * 1000))).toBe(seconds * 1000)
    }),
  )
})

test('a duration without end is a date’s at most', () => {
  expect(durationMs(`PT${'9'.repeat(400)}H`)).toBe(8.64e15)
})

test('spans are said in their two largest units', () => {
  expect([0, 1000, 90_000, 3_600_000, 93_600_000, 172_800_000].map(spanText)).toEqual([
    'no time',
    '1 second',
    '1 minute 30 seconds',
    '1 hour',
    '1 day 2 hours',
    '2 days',
  ])
})

const time = fc.integer({ min: 0, max: DAY - 1 })
const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

test('a window and quiet hours overlap where some minute is in the one and not in the other', () => {
  const inside = (minute: number, from: number, to: number) =>
    from < to ? minute >= from && minute < to : minute >= from || minute < to
  fc.assert(
    fc.property(time, time, time, time, (from, to, quietFrom, quietTo) => {
      fc.pre(from !== to && quietFrom !== quietTo)
      const some = Array.from({ length: DAY }, (_, i) => i).some(
        minute => inside(minute, from, to) && !inside(minute, quietFrom, quietTo),
      )
      expect(overlaps({ from: clock(from), to: clock(to) }, { from: quietFrom, to: quietTo })).toBe(some)
    }),
    { numRuns: 300 },
  )
})

test('the wait for a schedule is what looking at the clock every minute gives', () => {
  const days = fc.option(fc.subarray([...weekdays], { minLength: 1 }), { nil: undefined })
  fc.assert(
    fc.property(
      days,
      fc.option(fc.tuple(time, time), { nil: undefined }),
      fc.integer({ min: 0, max: 7 * DAY - 1 }),
      (on, window, now) => {
        fc.pre((on !== undefined || window !== undefined) && (window === undefined || window[0] !== window[1]))
        const when = { ...(on && { days: on }), ...(window && { window: { from: clock(window[0]), to: clock(window[1]) } }) }
        const week = weekClock(schedule('s', when, 'end'))!
        const isOn = (minute: number) =>
          on === undefined || on.includes(weekdays[Math.floor((((minute % (7 * DAY)) + 7 * DAY) % (7 * DAY)) / DAY)]!)
        const open = (minute: number) => {
          if (window === undefined) return isOn(minute)
          const [from, to] = window
          const at = minute % DAY
          return from < to
            ? at >= from && at < to && isOn(minute)
            : (at >= from && isOn(minute)) || (at < to && isOn(minute - DAY))
        }
        let wait = 0
        while (!open(now + wait)) wait++
        expect(waitAt(week, now * MINUTE)).toBe(wait * MINUTE)
        if (wait > 0) expect(waitAt(week, now * MINUTE + 1)).toBe(wait * MINUTE - 1)
      },
    ),
    { numRuns: 300 },
  )
})
