import type { Inbound } from '../schemas/events.ts'
import type { Clock } from '../streams/clock.ts'
import type { Arrival } from './arrivals.ts'
import type { Place } from './files/lines.ts'
import { inOrder } from './reorder.ts'

/** Events to send at once. Once they are sent, everything before `place` was. */
export interface Batch {
  readonly events: readonly Inbound[]
  readonly place: Place
}

export interface Pace {
  /** How many times faster than they happened. */
  readonly factor: number
  readonly size: number
  readonly window?: number
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  /** Told where in event time (epoch ms) the replay is, and by how many ms it is behind where it should be. */
  readonly tick: (at: number, behind: number) => void
}

/** What is due sooner is sent now: one event a time would be slow. */
const GRAIN_MS = 20
const TICK_MS = 200

/** Events as the file has them. */
export async function* inBatches(arrivals: AsyncIterable<Arrival>, size: number): AsyncGenerator<Batch> {
  let batch: Arrival[] = []
  for await (const arrival of arrivals) {
    batch.push(arrival)
    if (batch.length < size) continue
    yield { events: batch.map(({ event }) => event), place: arrival.after }
    batch = []
  }
  const last = batch.at(-1)
  if (last !== undefined) yield { events: batch.map(({ event }) => event), place: last.after }
}

/** Events at the pace at which they happened, times a factor, in their order; ends early when the signal aborts. */
export async function* atPace(arrivals: AsyncIterable<Arrival>, pace: Pace): AsyncGenerator<Batch> {
  const { factor, size, clock, signal, tick } = pace
  const unsent = new Set<Arrival>()
  let batch: Arrival[] = []
  let begun: { at: number; ms: number } | undefined

  function take(): Batch {
    const taken = batch
    batch = []
    const { after } = taken.at(-1)!
    for (const arrival of taken) unsent.delete(arrival)
    const [oldest] = unsent // a Set is in the order of the file
    return { events: taken.map(({ event }) => event), place: oldest?.before ?? after }
  }

  for await (const { arrival } of inOrder(noted(arrivals, unsent), pace.window)) {
    begun ??= { at: arrival.at, ms: clock.monotonic() }
    const { at, ms } = begun
    const due = ms + (arrival.at - at) / factor
    if (batch.length === size || (batch.length > 0 && due - clock.monotonic() > GRAIN_MS)) yield take()
    for (let wait = due - clock.monotonic(); wait > GRAIN_MS; wait = due - clock.monotonic()) {
      tick(arrival.at - wait * factor, 0)
      await clock.sleep(Math.min(wait, TICK_MS), signal)
      if (signal?.aborted) return
    }
    batch.push(arrival)
    tick(arrival.at, Math.max(0, clock.monotonic() - due))
  }
  if (batch.length > 0) yield take()
}

async function* noted(arrivals: AsyncIterable<Arrival>, unsent: Set<Arrival>): AsyncGenerator<Arrival> {
  for await (const arrival of arrivals) {
    unsent.add(arrival)
    yield arrival
  }
}
