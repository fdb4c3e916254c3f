import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SmsBreaker } from '../../consumers/sms-breaker.ts'
import { Random } from '../../models/random.ts'

const breaker = () => new SmsBreaker(new Random('breaker'))

/** Texts that go one after the other, each answered at once. */
function go(tried: SmsBreaker, failed: boolean, times: number, now: number): void {
  for (let i = 0; i < times; i++) tried.tell(tried.enter(now), failed, now)
}

test('five failures in a row open it, one less does not', () => {
  const tried = breaker()
  go(tried, true, 4, 0)
  expect(tried.state(0)).toBe('closed')
  go(tried, true, 1, 0)
  expect(tried.state(0)).toBe('open')
  expect(tried.allows(0)).toBe(false)
})

test('a gateway of which one text in two fails goes on being used', () => {
  const tried = breaker()
  for (let i = 0; i < 500; i++) go(tried, i % 2 === 0, 1, i)
  expect(tried.state(500)).toBe('closed')
})

test('failures of long ago are forgotten', () => {
  const tried = breaker()
  go(tried, true, 4, 0)
  go(tried, true, 4, 60_000)
  expect(tried.state(60_000)).toBe('closed')
})

test('after its pause one text tries and no second; success closes it, failure opens it for longer', () => {
  const tried = breaker()
  go(tried, true, 5, 0)
  const pauses: number[] = []
  let now = 0
  for (let i = 0; i < 8; i++) {
    pauses.push(tried.closedFor(now))
    now += tried.closedFor(now)
    expect([tried.state(now), tried.allows(now)]).toEqual(['half_open', true])
    const era = tried.enter(now)
    expect(tried.allows(now)).toBe(false)
    tried.tell(era, true, now)
    expect(tried.state(now)).toBe('open')
  }
  for (const [i, pause] of pauses.entries()) {
    const longest = Math.min(60_000, 2000 * 2 ** i)
    expect(pause).toBeGreaterThanOrEqual(longest / 2)
    expect(pause).toBeLessThanOrEqual(longest)
  }
  now += tried.closedFor(now)
  tried.tell(tried.enter(now), false, now)
  expect([tried.state(now), tried.allows(now)]).toEqual(['closed', true])
  go(tried, true, 5, now)
  expect(tried.closedFor(now)).toBeLessThanOrEqual(2000) // it begins anew
})

test('a trial that never came to the gateway leaves the next text to try', () => {
  const tried = breaker()
  go(tried, true, 5, 0)
  const now = tried.closedFor(0)
  tried.tell(tried.enter(now), undefined, now)
  expect([tried.state(now), tried.allows(now)]).toEqual(['half_open', true])
})

test('answers to what began before it opened neither close it nor open it again, nor are they the trial', () => {
  const tried = breaker()
  const early = Array.from({ length: 3 }, () => tried.enter(0))
  go(tried, true, 5, 0)
  tried.tell(early[0]!, false, 1)
  expect(tried.state(1)).toBe('open')
  const now = tried.closedFor(0)
  const trial = tried.enter(now)
  tried.tell(early[1]!, false, now)
  tried.tell(early[2]!, true, now)
  expect([tried.state(now), tried.allows(now)]).toEqual(['half_open', false])
  tried.tell(trial, false, now)
  expect(tried.state(now)).toBe('closed')
})

test('however texts and answers lie in time, no more than one is under way while it is not closed, but for those from before', () => {
  const step = fc.record({
    do: fc.constantFrom('enter', 'tell', 'wait'),
    pick: fc.nat(20),
    failed: fc.constantFrom(true, true, true, false, undefined),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), steps => {
      const tried = breaker()
      let now = 0
      const under: { era: number; state: string }[] = []
      for (const { do: what, pick, failed } of steps) {
        if (what === 'wait') now += pick * 500
        else if (what === 'tell' && under.length > 0) tried.tell(under.splice(pick % under.length, 1)[0]!.era, failed, now)
        else if (what === 'enter' && tried.allows(now)) {
          const state = tried.state(now)
          under.push({ era: tried.enter(now), state })
          const trials = under.filter(text => text.state === 'half_open' && text.era === under.at(-1)!.era)
          if (state === 'half_open') expect(trials).toHaveLength(1)
        }
        if (tried.state(now) === 'open') expect(tried.allows(now)).toBe(false)
      }
    }),
  )
})
