import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type QuietHours, quietFrom, quietUntil, readQuietHours } from '../../models/quiet-hours.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Zones of every kind: none that changes, odd offsets, half an hour of summer time, changes at midnight, summer in January, Ramadan. */
const zones = [
  ...[
    'Asia/Karachi',
    'Asia/Dubai',
    'Asia/Riyadh',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Asia/Tokyo',
    'UTC',
    'Europe/London',
    'Europe/Berlin',
  ],
  ...['America/New_York', 'America/Los_Angeles', 'America/St_Johns', 'America/Havana', 'America/Santiago', 'Australia/Lord_Howe'],
  ...[
    'Pacific/Chatham',
    'Africa/Cairo',
    'Asia/Beirut',
    'Africa/Casablanca',
    'Antarctica/Troll',
    'America/Sao_Paulo',
    'Pacific/Apia',
  ],
]

const clocks = new Map(
  zones.map(zone => [
    zone,
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' }),
  ]),
)
/** The clock on the wall as `Intl` prints it, in minutes. */
function wallMinute(zone: string, at: number): number {
  const [hour, minute] = clocks.get(zone)!.format(at).split(':').map(Number)
  return hour! * 60 + minute!
}

/** Looks at the clock on the wall every minute. */
function byTheMinute({ from, to }: QuietHours, zone: string, start: number): number | undefined {
  const quiet = (at: number) => {
    const minute = wallMinute(zone, at)
    return from < to ? minute >= from && minute < to : minute >= from || minute < to
  }
  if (!quiet(start)) return undefined
  let at = start
  while (quiet(at)) at += MINUTE
  return at
}

const minuteOfDay = fc.nat(24 * 60 - 1)
const hours = fc
  .tuple(minuteOfDay, minuteOfDay)
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => ({ from, to }))
const zone = fc.constantFrom(...zones)
const minutes = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from) / MINUTE, max: Date.parse(to) / MINUTE }).map(minute => minute * MINUTE)

/** Every instant within years at which a zone changes its clocks, found by looking twice a day, then every minute. */
function changes(zone: string, from: number, to: number): number[] {
  const offset = (at: number) => (((wallMinute(zone, at) - Math.floor(at / MINUTE)) % 1440) + 1440) % 1440
  const found: number[] = []
  let before = offset(from)
  for (let at = from; at < to; at += 12 * HOUR) {
    const now = offset(at + 12 * HOUR)
    if (now === before) continue
    let minute = at
    while (offset(minute) === before) minute += MINUTE
    found.push(minute)
    before = now
  }
  return found
}

const agrees = (window: QuietHours, where: string, at: number) => {
  const until = quietUntil(window, where, at)
  if (until !== byTheMinute(window, where, at))
    expect.fail(`${JSON.stringify(window)} ${where} ${new Date(at).toISOString()}: ${until}`)
  const next = quietFrom(window, where, at)
  if (next !== (until === undefined ? byTheMinute({ from: window.to, to: window.from }, where, at) : at))
    expect.fail(`${JSON.stringify(window)} ${where} ${new Date(at).toISOString()}: from ${next}`)
}

describe('against a look at the clock every minute', () => {
  test('at any time of any year', () => {
    fc.assert(fc.property(hours, zone, minutes('2000-01-01T00:00Z', '2037-01-01T00:00Z'), agrees), { numRuns: 200 })
  })

  test.each(zones)('around every change of the clocks of %s', where => {
    const all = changes(where, Date.parse('2017-01-01T00:00Z'), Date.parse('2027-01-01T00:00Z'))
    if (all.length === 0) return
    const near = fc.tuple(fc.constantFrom(...all), fc.integer({ min: -36 * 60, max: 6 * 60 })).map(([at, by]) => at + by * MINUTE)
    // Windows that begin or end about when clocks change, besides any.
    const local = (at: number, by: number) => (((wallMinute(where, at) + by) % 1440) + 1440) % 1440
    const edge = fc.tuple(fc.constantFrom(...all), fc.integer({ min: -130, max: 130 })).map(([at, by]) => local(at, by))
    const window = fc
      .tuple(fc.oneof(minuteOfDay, edge), fc.oneof(minuteOfDay, edge))
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => ({ from, to }))
    fc.assert(
      fc.property(window, near, (w, at) => agrees(w, where, at)),
      { numRuns: 25 },
    )
  })

  test('over midnight and leap days', () => {
    const leap = fc.constantFrom('2024-02-28', '2024-02-29', '2023-02-28', '2000-02-29', '2036-02-29', '2024-12-31')
    const night = fc.record({ from: fc.integer({ min: 18 * 60, max: 1439 }), to: fc.integer({ min: 0, max: 10 * 60 }) })
    fc.assert(
      fc.property(night, zone, leap, fc.integer({ min: 0, max: 48 * 60 }), (window, where, day, by) =>
        agrees(window, where, Date.parse(`${day}T00:00Z`) + by * MINUTE),
      ),
      { numRuns: 80 },
    )
  })

  test('seconds do not move the end', () => {
    fc.assert(
      fc.property(hours, zone, minutes('2024-01-01T00:00Z', '2027-01-01T00:00Z'), fc.nat(59_999), (window, where, at, ms) => {
        expect(quietUntil(window, where, at + ms)).toBe(quietUntil(window, where, at))
      }),
    )
  })
})

describe('known nights', () => {
  const night = { from: 21 * 60, to: 9 * 60 }
  const until = (window: QuietHours | undefined, where: string, at: string) => {
    const end = quietUntil(window, where, Date.parse(at))
    return end === undefined ? undefined : new Date(end).toISOString()
  }

  test.each([
    ['Asia/Karachi', '2026-03-01T15:59:59.999Z', undefined],
    ['Asia/Karachi', '2026-03-01T16:00:00Z', '2026-03-02T04:00:00.000Z'],
    ['Asia/Karachi', '2026-03-02T03:59:59.999Z', '2026-03-02T04:00:00.000Z'],
    ['Asia/Karachi', '2026-03-02T04:00:00Z', undefined],
    // An hour shorter, an hour longer.
    ['Europe/London', '2026-03-28T22:00:00Z', '2026-03-29T08:00:00.000Z'],
    ['Europe/London', '2026-10-24T22:00:00Z', '2026-10-25T09:00:00.000Z'],
    ['Asia/Karachi', '2024-02-28T20:00:00Z', '2024-02-29T04:00:00.000Z'],
  ])('%s at %s: until %s', (where, at, end) => {
    expect(until(night, where, at)).toBe(end)
  })

  test('a window that ends in an hour which does not come ends when the clocks jump over it', () => {
    expect(until({ from: 22 * 60, to: 150 }, 'America/New_York', '2026-03-08T05:00:00Z')).toBe('2026-03-08T07:00:00.000Z')
  })

  test('a window that ends in an hour which comes twice ends twice', () => {
    const window = { from: 22 * 60, to: 90 }
    expect(until(window, 'America/New_York', '2026-11-01T04:00:00Z')).toBe('2026-11-01T05:30:00.000Z')
    expect(until(window, 'America/New_York', '2026-11-01T05:45:00Z')).toBe(undefined)
    expect(until(window, 'America/New_York', '2026-11-01T06:10:00Z')).toBe('2026-11-01T06:30:00.000Z')
  })

  test('without quiet hours every text may go', () => {
    expect(quietUntil(undefined, 'Asia/Karachi', Date.parse('2026-03-01T22:00Z'))).toBeUndefined()
    expect(quietFrom(undefined, 'Asia/Karachi', Date.parse('2026-03-01T22:00Z'))).toBeUndefined()
  })
})

test.each([
  ['21:00-09:00', { from: 1260, to: 540 }],
  ['9:30 – 17:05', { from: 570, to: 1025 }],
  ['00:00-24:00', undefined],
  ['22:00-24:00', { from: 1320, to: 0 }],
  ['21:00-21:00', undefined],
  ['24:00-08:00', undefined],
  ['22:00-24:30', undefined],
  ['9pm-8am', undefined],
  ['', undefined],
])('%j is read as %j', (text, read) => {
  expect(readQuietHours(text)).toEqual(read)
})
