import { systemClock as clock } from '../../streams/clock.ts'
import { slope } from '../faults/slope.ts'
import { percentile } from './result.ts'

/** A collection of everything holds a process up for a moment. */
const LOOK_MS = 40_000
/** Growth that cannot be told from what is under way at the moment, in MiB, or as a share of what there is. */
const CHANCE = { mib: 12, share: 1 / 10 } as const

export interface Memory {
  /** MiB that are kept, in the middle. */
  readonly mib: number
  /** By how much that grew from the first look to the last, in MiB; a slope that outliers do not move. */
  readonly grown: number
}

/** Looks now and then at what instances keep, until it is ended; the answers are in the order of `heaps`, each of which says what one keeps, in MiB. */
export function watchMemory(heaps: readonly (() => Promise<number | undefined>)[]): { end(): Promise<readonly Memory[]> } {
  const looks: number[][] = heaps.map(() => [])
  const ending = new AbortController()
  const look = async () => {
    for (const [i, heap] of heaps.entries()) {
      const mib = await heap()
      if (mib !== undefined) looks[i]!.push(mib)
    }
  }
  const looking = (async () => {
    for (; !ending.signal.aborted; await clock.sleep(LOOK_MS, ending.signal)) await look()
    await look()
  })()
  looking.catch(() => {}) // whoever ends it hears
  return {
    async end() {
      ending.abort()
      await looking
      return looks.map(memoryOf)
    },
  }
}

/** Whether more is kept than before, beyond what may be chance. */
export const isGrowing = ({ mib, grown }: Memory): boolean => grown > Math.max(CHANCE.mib, mib * CHANCE.share)

export const memoryOf = (looks: readonly number[]): Memory => ({
  mib: percentile(looks, 0.5),
  grown: slope(looks.map((mib, i) => [i, mib] as [number, number])) * (looks.length - 1),
})
