import fc from 'fast-check'
import { DateTime } from 'luxon'
import { expect, test } from 'vitest'
import { capsReach, reachedCap, readCaps } from '../../models/sms-caps.ts'

const DAY = 86_400_000

test('caps are read as they are written', () => {
  expect(readCaps('2/day, 5/7d,1/4h , 6/week')).toEqual([
    { text: '2/day', most: 2, span: 'day' },
    { text: '5/7d', most: 5, span: 7 * DAY },
    { text: '1/4h', most: 1, span: DAY / 6 },
    { text: '6/week', most: 6, span: 'week' },
  ])
})

test.each(['', '2', '0/day', '2/month', '2/0d', '2/day,', '-1/day', '2/day 5/7d', '2/day;5/7d', '1/9999d', 'two/day'])(
  '%j is no list of caps',
  text => {
    expect(readCaps(text)).toBeUndefined()
  },
)

/** Counts by luxon's calendar. */
function byLuxon(most: number, span: 'day' | 'week' | number, went: readonly number[], zone: string, now: number): boolean {
  const local = (at: number) => DateTime.fromMillis(at, { zone })
  const key = (at: number) => local(at).toFormat(span === 'week' ? 'kkkk-WW' : 'yyyy-MM-dd')
  return went.filter(at => (typeof span === 'number' ? at > now - span : key(at) === key(now))).length >= most
}

const zone = fc.constantFrom(
  'Asia/Karachi',
  'America/New_York',
  'America/Havana',
  'Africa/Cairo',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
)
const cap = fc.constantFrom('1/day', '2/day', '3/week', '1/week', '2/24h', '3/7d', '1/1h')
test('rolling spans and days and weeks of the calendar are counted as a calendar counts them', () => {
  const now = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') })
  const ago = fc.array(fc.oneof(fc.nat(3 * DAY), fc.nat(9 * DAY)), { maxLength: 8 })
  fc.assert(
    fc.property(cap, zone, now, ago, (text, where, at, before) => {
      const [read] = readCaps(text)!
      const went = before.map(ms => at - ms)
      expect(reachedCap([read!], went, where, at) !== undefined).toBe(byLuxon(read!.most, read!.span, went, where, at))
    }),
    { numRuns: 500 },
  )
})

test('whatever counts lies within reach', () => {
  fc.assert(
    fc.property(cap, zone, fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }), (text, where, now) => {
      const caps = readCaps(text)!.map(one => ({ ...one, most: 1 }))
      expect(reachedCap(caps, [now - capsReach(caps)], where, now)).toBeUndefined()
    }),
  )
})

test('a rolling span is over after exactly itself', () => {
  const caps = readCaps('1/24h')!
  expect(reachedCap(caps, [0], 'UTC', DAY - 1)?.text).toBe('1/24h')
  expect(reachedCap(caps, [0], 'UTC', DAY)).toBeUndefined()
})

test('the first cap that is reached is the one that is named, and none where there are none', () => {
  const now = Date.parse('2026-06-10T12:00:00Z')
  expect(reachedCap(readCaps('3/day, 2/7d')!, [now - DAY, now - 1], 'UTC', now)?.text).toBe('2/7d')
  expect(reachedCap([], [now, now, now], 'UTC', now)).toBeUndefined()
  expect(capsReach([])).toBe(0)
})

test('what went by a clock that was ahead counts', () => {
  expect(reachedCap(readCaps('1/1h')!, [Date.parse('2026-06-12')], 'UTC', Date.parse('2026-06-10'))?.text).toBe('1/1h')
})
