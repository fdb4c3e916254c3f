import { Pool } from 'undici'
import type { Inbound } from '../../schemas/events.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { timed } from '../bench/load.ts'
import { manyEvents } from '../bench/many-events.ts'
import { paced } from '../bench/paced.ts'
import { percentile } from '../bench/result.ts'
import { scrape } from '../support/scrape.ts'
import type { Fault } from './fault.ts'
import { slope } from './slope.ts'

const PER_SECOND = 500
/** Many more than stay in memory: what is kept of each grows with their years, which is no leak. */
const CUSTOMERS = 300_000
/** Full before anything is measured. */
const STATE_BYTES = 4 << 20
/** So many events are in before it is measured, as fast as they are taken: caches fill, and products find their neighbours. At the pace of the load that lasts a quarter of an hour. */
const FILL = 500_000
const BATCH = 500
/** Posted at the pace of the load before it is measured. */
const WARM = 0.1
const LOOK_MS = 1000
const WINDOWS = 24
/** In less, growth cannot be told from a heap that breathes. */
const JUDGED_MS = 300_000

export interface Look {
  readonly at: number
  /** In MiB, like `resident`. */
  readonly heap: number
  readonly resident: number
  readonly handles: number
  /** What has not been folded, in seconds, over all processors. */
  readonly behind: number
}

export const steadyLoad: Fault = {
  name: 'steady-load',
  title: `${PER_SECOND} events a second for as long as it takes to see what grows`,
  bulky: true,
  config: { stateBytes: STATE_BYTES },
  async strike({ first, posted, lasting, minutes, note, say }) {
    const ms = lasting(minutes * 60_000, 15_000)
    const pool = new Pool(first.url!, { connections: 16, pipelining: 4 })
    const events = manyEvents(CUSTOMERS)
    const next = (count: number): Inbound[] => {
      const some = Array.from({ length: count }, () => events.next().value)
      posted(some)
      return some
    }
    const post = (duration: number) => {
      const request = () => ({ method: 'POST', path: '/v1/events', body: JSON.stringify(next(1)[0]) }) as const
      return paced({ pool, perSecond: PER_SECOND, seconds: Math.ceil(duration / 1000), request })
    }
    const filled = lasting(FILL, BATCH)
    for (let left = filled; left > 0; left -= BATCH)
      await timed(pool, { method: 'POST', path: '/v1/events', body: JSON.stringify({ batch: next(BATCH) }) })
    say(`steady-load: ${filled} events are in`)
    while ((await look(first.url!)).behind > 1) await clock.sleep(LOOK_MS)
    await post(ms * WARM)
    const looks: Look[] = []
    let over = false
    const looking = (async () => {
      for (; !over; await clock.sleep(LOOK_MS)) {
        looks.push(await look(first.url!))
        if (looks.length % 60 === 0) say(`steady-load: ${sentence(looks)}`)
      }
    })()
    looking.catch(() => {}) // awaited below
    const begun = clock.monotonic()
    const count = await post(ms * (1 - WARM)).finally(() => {
      over = true
    })
    await looking
    await pool.close()
    const rate = count / ((clock.monotonic() - begun) / 1000)
    note(`${(ms / 60_000).toFixed(1)} min, ${rate.toFixed(0)} events/s: ${sentence(looks)}`)
    if (ms * (1 - WARM) >= JUDGED_MS) judge(looks)
  },
}

async function look(url: string): Promise<Look> {
  const scraped = await scrape(url)
  const value = (name: string) => {
    const found = scraped.value(name)
    if (found === undefined) throw new Error(`/metrics has no ${name}`)
    return found
  }
  return {
    at: clock.monotonic(),
    heap: value('nodejs_heap_size_used_bytes') / 2 ** 20,
    resident: value('process_resident_memory_bytes') / 2 ** 20,
    handles: value('process_open_fds'),
    behind: value('tarang_oldest_unprocessed_age_seconds'),
  }
}

type Measure = Exclude<keyof Look, 'at'>

/** Of each window of time the share-th value, at its middle, in hours. */
function windows(looks: readonly Look[], what: Measure, share: number): [number, number][] {
  const size = Math.max(1, Math.ceil(looks.length / WINDOWS))
  const found: [number, number][] = []
  for (let i = 0; i < looks.length; i += size) {
    const some = looks.slice(i, i + size)
    const values = some.map(one => one[what])
    found.push([some[some.length >> 1]!.at / 3_600_000, percentile(values, share)])
  }
  return found
}

/** The heap is measured where it is lowest: what is left after a collection. */
const SHARE: Record<Measure, number> = { heap: 0, resident: 0.5, handles: 1, behind: 0.5 }

function grown(looks: readonly Look[], what: Measure): { perHour: number; from: number; by: number } {
  const points = windows(looks, what, SHARE[what])
  const perHour = slope(points)
  return {
    perHour,
    from: percentile(
      points.map(([, y]) => y),
      0.5,
    ),
    by: perHour * (points.at(-1)![0] - points[0]![0]),
  }
}

function sentence(looks: readonly Look[]): string {
  const [heap, resident, handles] = [grown(looks, 'heap'), grown(looks, 'resident'), grown(looks, 'handles')]
  const behind = looks.map(one => one.behind)
  return [
    `heap after collections ${heap.from.toFixed(0)} MiB, ${signed(heap.perHour)} MiB/h`,
    `resident ${resident.from.toFixed(0)} MiB, ${signed(resident.perHour)} MiB/h`,
    `${handles.from} file handles, ${signed(handles.perHour)} per hour`,
    `behind by ${percentile(behind, 0.5).toFixed(2)} s (median), ${percentile(behind, 0.99).toFixed(2)} s (p99)`,
  ].join('; ')
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`

/** Throws when something grew while it was looked at. */
export function judge(looks: readonly Look[]): void {
  const allowed: [Measure, number][] = [
    ['heap', 24],
    ['resident', 96],
    ['handles', 8],
    ['behind', 1],
  ]
  for (const [what, least] of allowed) {
    const { by, from } = grown(looks, what)
    if (by > Math.max(least, from / 8)) throw new Error(`${what} grows: ${sentence(looks)}`)
  }
}
