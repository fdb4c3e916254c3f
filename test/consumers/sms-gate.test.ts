import { expect, test } from 'vitest'
import { SmsGate } from '../../consumers/sms-gate.ts'
import { Random } from '../../models/random.ts'
import type { Meter } from '../../streams/meter.ts'

const gauges: number[] = []
const meter: Meter = { count: () => {}, gauge: (_, __, value) => gauges.push(value), observe: () => {} }
const gate = (seed = 'gate') => new SmsGate(new Random(seed), meter)

const throttled = (retryAfterMs?: number) =>
  ({ outcome: 'throttled', detail: 'http 429', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }) as const

test('a gateway that says how long it wants to be left alone is, and never for longer than five minutes', () => {
  const asked = gate()
  asked.enter(0)(throttled(7000), 0)
  expect([asked.closedFor(0), asked.allows(6999), asked.allows(7000)]).toEqual([7000, false, true])
  asked.enter(7000)(throttled(86_400_000), 7000)
  expect(asked.closedFor(7000)).toBe(300_000)
})

test('pauses of a gateway that does not say are random up to a bound that doubles, and begin anew once it takes a text', () => {
  const longest = Array.from({ length: 10 }, (_, i) => Math.min(60_000, 1000 * 2 ** i))
  const pauses = Array.from({ length: 200 }, (_, seed) => {
    const tried = gate(`${seed}`)
    let now = 0
    return longest.map(() => {
      tried.enter(now)(throttled(), now)
      const pause = tried.closedFor(now)
      now += pause + 1
      return pause
    })
  })
  for (const [i, most] of longest.entries()) {
    const seen = pauses.map(each => each[i]!)
    expect(Math.max(...seen)).toBeLessThanOrEqual(most)
    expect(Math.max(...seen)).toBeGreaterThan(0.9 * most) // full jitter: from nothing
    expect(Math.min(...seen)).toBeLessThan(0.1 * most) // to all of it
  }
  const tried = gate()
  for (let now = 0; now < 1_000_000; now += 100_000) tried.enter(now)(throttled(), now)
  tried.enter(1e6)({ outcome: 'submitted', gatewayId: 'g' }, 1e6)
  tried.enter(1e6)(throttled(), 1e6)
  expect(tried.closedFor(1e6)).toBeLessThanOrEqual(1000)
})

test('fifty texts that are throttled at once are one reason to wait, not fifty', () => {
  const tried = gate()
  const leave = Array.from({ length: 50 }, () => tried.enter(0))
  for (const tell of leave) tell(throttled(), 1)
  expect(tried.closedFor(1)).toBeLessThanOrEqual(1000)
})

test('a gateway that throttles or refuses is there: the breaker stays closed', () => {
  const tried = gate()
  for (let i = 0; i < 50; i++) tried.enter(i)({ outcome: 'rejected', detail: 'no such number' }, i)
  for (let i = 0; i < 50; i++) tried.enter(i)(throttled(0), i)
  expect(tried.allows(100)).toBe(true)
})

test('the metric is 0 at first, 1 from when it opens, through every trial, until it closes', () => {
  gauges.length = 0
  const tried = gate()
  for (let i = 0; i < 5; i++) tried.enter(0)({ outcome: 'unreached', detail: 'ECONNREFUSED' }, 0)
  const now = tried.closedFor(0)
  expect(tried.isTrying(now)).toBe(true)
  tried.enter(now)({ outcome: 'unknown', detail: 'ECONNRESET' }, now)
  const later = now + tried.closedFor(now)
  tried.enter(later)({ outcome: 'rejected', detail: 'http 422' }, later)
  expect(gauges).toEqual([0, 0, 0, 0, 0, 1, 1, 0])
})
