import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type SlotUse, SmsSlots } from '../../consumers/sms-slots.ts'
import { SmsTimes } from '../../consumers/sms-times.ts'
import type { Clock } from '../../streams/clock.ts'

/** A clock that goes on when it is told to. */
class HandClock implements Pick<Clock, 'monotonic' | 'sleep'> {
  now = 0
  private sleepers: { readonly at: number; readonly wake: () => void }[] = []
  monotonic = () => this.now
  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>(resolve => {
      this.sleepers.push({ at: this.now + ms, wake: resolve })
      signal?.addEventListener('abort', () => resolve())
    })
  async go(ms: number): Promise<void> {
    this.now += ms
    for (const { at, wake } of this.sleepers) if (at <= this.now) wake()
    for (let turn = 0; turn < 5; turn++) await undefined
  }
}

const slotsOn = (clock: HandClock, count: number) =>
  new SmsSlots(
    clock as unknown as Clock,
    Array.from({ length: count }, (_, i) => i + 1),
  )

/** Calls of 100 ms through a slot, each begun in 5 ms, until it is known what is usual. */
async function usual(slots: SmsSlots, clock: HandClock): Promise<void> {
  for (let call = 0; call < 60; call++) {
    const use = slots.take(clock.now)
    await clock.go(5)
    expect(await slots.turn(use)).toBe(true)
    await clock.go(100)
    slots.leave(use, true)
  }
}

test('the next text is begun shortly before the call ahead of it is likely to be over, and is written once that is over, not before', async () => {
  const clock = new HandClock()
  const slots = slotsOn(clock, 1)
  await usual(slots, clock)
  const first = slots.take(clock.now)
  await slots.turn(first)
  expect(slots.room(clock.now, true)).toBe(0)
  await clock.go(50)
  expect(slots.room(clock.now, true), 'too early').toBe(0)
  expect(slots.soonAt(clock.now) - clock.now).toBeGreaterThan(35)
  await clock.go(46)
  expect(slots.room(clock.now, true)).toBe(1)
  expect(slots.room(clock.now, false), 'where nothing is begun ahead').toBe(0)
  const second = slots.take(clock.now)
  expect(slots.room(clock.now, true), 'one waits behind each').toBe(0)
  let goes: boolean | undefined
  const turn = slots.turn(second).then(may => {
    goes = may
  })
  await clock.go(3)
  expect(goes).toBeUndefined()
  slots.leave(first, true)
  await turn
  expect(goes).toBe(true)
  expect(slots.busy()).toEqual([1])
  slots.leave(second, false)
  expect(slots.room(clock.now, false)).toBe(1)
})

test('behind a call that does not end a text does not wait for long, and no other is begun there', async () => {
  const clock = new HandClock()
  const slots = slotsOn(clock, 1)
  await usual(slots, clock)
  const first = slots.take(clock.now)
  await slots.turn(first)
  await clock.go(97)
  const second = slots.take(clock.now)
  const turn = slots.turn(second)
  await clock.go(101)
  expect(await turn).toBe(false)
  slots.leave(second, false)
  expect(slots.room(clock.now, true)).toBe(0)
  expect(slots.soonAt(clock.now)).toBe(Number.POSITIVE_INFINITY)
  slots.leave(first, true)
  expect(slots.room(clock.now, true), 'the slot is free again').toBe(1)
})

test('a slot that never stands still keeps nothing of the texts that went through it', async () => {
  const clock = new HandClock()
  const slots = slotsOn(clock, 1)
  await usual(slots, clock)
  let use = slots.take(clock.now)
  for (let text = 0; text < 100; text++) {
    await slots.turn(use)
    await clock.go(97)
    const next = slots.take(clock.now)
    await clock.go(3)
    slots.leave(use, true)
    use = next
  }
  let kept = 0
  for (let one = use.before; one !== undefined; one = one.before) kept++
  expect(kept).toBe(0)
})

test('a text that is begun ahead and is not to go leaves the place to another', async () => {
  const clock = new HandClock()
  const slots = slotsOn(clock, 1)
  await usual(slots, clock)
  const first = slots.take(clock.now)
  await slots.turn(first)
  await clock.go(97)
  slots.leave(slots.take(clock.now), false)
  expect(slots.room(clock.now, true)).toBe(1)
  expect(slots.busy()).toEqual([1])
})

const step = fc.record({
  do: fc.constantFrom('take', 'turn', 'leave', 'go'),
  which: fc.nat({ max: 20 }),
  ms: fc.integer({ min: 1, max: 120 }),
})

test('whatever is begun, written and left in whatever order: through a slot goes one call at a time, and every slot is free in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async steps => {
      const clock = new HandClock()
      const slots = slotsOn(clock, 3)
      await usual(slots, clock)
      const taken: SlotUse[] = []
      const writing = new Set<SlotUse>()
      const turns: Promise<void>[] = []
      for (const { do: what, which, ms } of steps) {
        const use = taken[which % Math.max(1, taken.length)]
        if (what === 'go') await clock.go(ms)
        else if (what === 'take' && slots.room(clock.now, true) > 0) taken.push(slots.take(clock.now))
        else if (what === 'turn' && use !== undefined && use.wroteAt === undefined)
          turns.push(
            slots.turn(use).then(may => {
              if (may && taken.includes(use)) writing.add(use)
            }),
          )
        else if (what === 'leave' && use !== undefined) {
          taken.splice(taken.indexOf(use), 1)
          writing.delete(use)
          slots.leave(use, true)
        }
        for (let turn = 0; turn < 5; turn++) await undefined
        const through = [...writing].map(({ slot }) => slot)
        expect(new Set(through).size).toBe(through.length)
        for (const { slot } of writing) expect(slots.busy()).toContain(slot)
      }
      for (const use of taken.splice(0)) slots.leave(use, true)
      await clock.go(1000)
      await Promise.all(turns)
      expect(slots.busy()).toEqual([])
      expect(slots.room(clock.now, false)).toBe(3)
    }),
    { numRuns: 300 },
  )
})

test('nothing is foreseen of a gateway that has hardly been asked', () => {
  const times = new SmsTimes()
  for (let call = 0; call < 19; call++) times.answered(100)
  expect(times.ahead()).toEqual({ from: Number.POSITIVE_INFINITY, until: 0 })
})

test('of a gateway whose answers take now long, now short, texts are begun early enough for its quick answers', () => {
  const times = new SmsTimes()
  for (let call = 0; call < 400; call++) {
    times.began(5)
    times.answered(call % 2 === 0 ? 60 : 140)
  }
  const { from, until } = times.ahead()
  expect(from).toBeLessThan(60)
  expect(from).toBeGreaterThan(0)
  expect(until).toBeGreaterThan(140)
})
