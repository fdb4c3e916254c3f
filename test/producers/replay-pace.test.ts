import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Arrival } from '../../producers/arrivals.ts'
import { atPace, type Batch } from '../../producers/batches.ts'
import { inOrder } from '../../producers/reorder.ts'
import { readSpeed } from '../../producers/speed.ts'
import { survey } from '../../producers/survey.ts'
import type { Clock } from '../../streams/clock.ts'

/** Time passes only by sleeping. */
function dreamingClock(): Clock {
  let ms = 1000
  return {
    now: () => ms,
    monotonic: () => ms,
    sleep: async asked => {
      ms += asked
    },
  }
}

const arrival = (at: number, n: number): Arrival => ({
  event: { type: 'click', id: String(n), customerId: 'ada', occurredAt: new Date(at).toISOString(), kind: 'view' },
  at,
  before: { line: n + 1, byte: n },
  after: { line: n + 2, byte: n + 1 },
})

async function* asRead(instants: readonly number[]): AsyncGenerator<Arrival> {
  for (const [n, at] of instants.entries()) yield arrival(at, n)
}

/** Rows of a file whose order is not that of time. */
const file = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 60 })
const window = fc.integer({ min: 0, max: 20 })

interface Sent extends Batch {
  readonly ms: number
}

async function paced(instants: readonly number[], factor: number, size: number, held: number): Promise<Sent[]> {
  const clock = dreamingClock()
  const sent: Sent[] = []
  const pace = { factor, size, window: held, clock, signal: undefined, tick: () => {} }
  for await (const batch of atPace(asRead(instants), pace)) sent.push({ ...batch, ms: clock.monotonic() })
  return sent
}

describe('a replay at a pace', () => {
  test('sends every event once, none before its time, none later than its time asks', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom(1, 60, 0.5), fc.integer({ min: 1, max: 5 }), async (instants, factor, size) => {
        const sent = await paced(instants, factor, size, 100)
        const events = sent.flatMap(({ events, ms }) => events.map(event => ({ at: Date.parse(event.occurredAt), ms })))
        expect(events.map(({ at }) => at)).toEqual([...instants].sort((a, b) => a - b))
        for (const { at, ms } of events) {
          const due = 1000 + (at - events[0]!.at) / factor
          expect(ms).toBeGreaterThanOrEqual(due - 20)
          expect(ms).toBeLessThanOrEqual(due + 20)
        }
      }),
    )
  })

  test('stopped after any batch and begun again at its place, leaves no event out', async () => {
    await fc.assert(
      fc.asyncProperty(file, window, fc.integer({ min: 1, max: 5 }), fc.nat(), async (instants, held, size, cut) => {
        const batches = await paced(instants, 60, size, held)
        const stopped = batches.slice(0, batches.length === 0 ? 0 : cut % (batches.length + 1))
        const place = stopped.at(-1)?.place.line ?? 1
        const before = stopped.flatMap(({ events }) => events.map(({ id }) => Number(id)))
        const after = instants.map((_, n) => n).filter(n => n + 1 >= place)
        expect(new Set([...before, ...after]).size).toBe(instants.length)
      }),
    )
  })
})

describe('events put in order', () => {
  test('are in order where no event stands further from its place than is held back; the others are told as late', async () => {
    await fc.assert(
      fc.asyncProperty(file, window, async (instants, held) => {
        const turns: { at: number; late: boolean }[] = []
        for await (const { arrival, late } of inOrder(asRead(instants), held)) turns.push({ at: arrival.at, late })
        const onTime = turns.filter(({ late }) => !late).map(({ at }) => at)
        expect(turns).toHaveLength(instants.length)
        expect(onTime).toEqual([...onTime].sort((a, b) => a - b))
        const ahead = instants.map((at, n) => instants.slice(0, n).filter(before => before > at).length)
        if (Math.max(0, ...ahead) <= held) expect(onTime).toHaveLength(instants.length)
      }),
    )
  })

  test('a file is looked through for its span, its events and what is late', async () => {
    expect(await survey(asRead([5, 7, 6, 1, 9]), 1)).toEqual({ events: 5, first: 1, last: 9, late: 1 })
  })
})

test.each([
  ['max', 'max'],
  ['real', 1],
  ['60x', 60],
  ['0.5x', 0.5],
])('the speed %s is %s', (text, speed) => {
  expect(readSpeed(text)).toBe(speed)
})

test.each(['fast', '0x', '-1x', '60', 'x', 'Infinityx'])('the speed %s is refused with what is known', text => {
  expect(() => readSpeed(text)).toThrow(/expected real, max, or how many times faster such as 60x/)
})
