import type { Clock } from '../streams/clock.ts'

/** How often it is asked whether there is a newer one. */
const ASK_MS = 1000

/** What others make anew from time to time, as this instance has it: the newest there is, swapped in while everything runs. */
export interface Newest<T> {
  readonly current: () => T
  /** Must be run; throws where it cannot be asked, to be called again. */
  readonly follow: (signal: AbortSignal) => Promise<void>
}

/** Loads what there is. @param load answers the newest there is, or what it held where there is none that is newer and can be used */
export async function newest<T>(clock: Clock, load: (held?: T) => Promise<T>): Promise<Newest<T>> {
  let held = await load()
  return {
    current: () => held,
    async follow(signal) {
      while (!signal.aborted) {
        await clock.sleep(ASK_MS, signal)
        if (!signal.aborted) held = await load(held)
      }
    },
  }
}
