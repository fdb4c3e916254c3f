import type { Clock } from '../streams/clock.ts'

/** Dear work is done again this many times later than it took, so that it takes few percent of a core, however many ask. */
const REST = 30
const AT_LEAST_MS = 1000

/** What work came to, kept for a while; who asks while it runs waits for that one. */
export function rested<T>(clock: Clock, work: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: T; readonly until: number } | undefined
  let running: Promise<T> | undefined

  async function again(): Promise<T> {
    const begun = clock.monotonic()
    const value = await work()
    const ended = clock.monotonic()
    kept = { value, until: ended + Math.max(AT_LEAST_MS, REST * (ended - begun)) }
    return value
  }

  return async () => {
    if (kept !== undefined && clock.monotonic() < kept.until) return kept.value
    running ??= again().finally(() => {
      running = undefined
    })
    return running
  }
}
