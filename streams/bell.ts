import type { Clock } from './clock.ts'

/** Wakes a loop that would otherwise look again only after a while. A ring while nobody waits is kept for the next wait. */
export interface Bell {
  ring(): void
  /** Until the bell rings, the signal aborts or `ms` have passed. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

export function bell(clock: Clock): Bell {
  let rung = false
  let wake = () => {}
  return {
    ring() {
      rung = true
      wake()
    },
    async wait(ms, signal) {
      if (!rung && !signal?.aborted) {
        const waking = new AbortController()
        wake = () => waking.abort(null) // any reason saves making an error with its stack, at every ring
        signal?.addEventListener('abort', wake)
        await clock.sleep(ms, waking.signal)
        signal?.removeEventListener('abort', wake)
        wake = () => {}
      }
      rung = false
    },
  }
}
