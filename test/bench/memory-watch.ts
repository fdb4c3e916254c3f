import { systemClock as clock } from '../../streams/clock.ts'
import { slope } from '../faults/slope.ts'
import { scrape } from '../support/scrape.ts'
import { percentile } from './result.ts'

const LOOK_MS = 1000
/** A heap breathes: of each of so many stretches its least counts, which is what a collection left. */
const STRETCHES = 24
/** Growth that cannot be told from breath, in MiB, or as a share of what there is. */
const BREATH = { mib: 24, share: 1 / 8 } as const

export interface Memory {
  /** MiB of heap after collections, in the middle. */
  readonly mib: number
  /** By how much it grew from the first to the last, in MiB; a slope that outliers do not move. */
  readonly grown: number
}

/** Looks at the heaps of instances once a second until it is ended; what each then had is in the order of `urls`. */
export function watchMemory(urls: readonly string[]): { end(): Promise<readonly Memory[]> } {
  const looks: number[][] = urls.map(() => [])
  let over = false
  const looking = (async () => {
    for (; !over; await clock.sleep(LOOK_MS))
      for (const [i, url] of urls.entries()) looks[i]!.push((await scrape(url)).value('nodejs_heap_size_used_bytes')! / 2 ** 20)
  })()
  looking.catch(() => {}) // whoever ends it hears
  return {
    async end() {
      over = true
      await looking
      return looks.map(memoryOf)
    },
  }
}

/** Whether more is kept than before, beyond what may be chance. */
export const isGrowing = ({ mib, grown }: Memory): boolean => grown > Math.max(BREATH.mib, mib * BREATH.share)

export function memoryOf(looks: readonly number[]): Memory {
  const size = Math.max(1, Math.ceil(looks.length / STRETCHES))
  const points: [number, number][] = []
  for (let i = 0; i < looks.length; i += size) points.push([i, Math.min(...looks.slice(i, i + size))])
  const mib = percentile(
    points.map(([, least]) => least),
    0.5,
  )
  return { mib, grown: slope(points) * (points.at(-1)?.[0] ?? 0) }
}
