import type { Clock } from './clock.ts'

export interface Deadline {
  readonly signal: AbortSignal
  /** The work is done: nobody is to be told, and nothing waits any more. */
  done(): void
}

/**
 * A signal for work that may take `ms`, and no longer than whoever waits for it does. Not AbortSignal.any() of AbortSignal.timeout(): Node
 * lets that timeout be collected before it ends anything (nodejs/node#57736), and keeps what it tells of its sources (nodejs/node#64476).
 */
export function deadline(clock: Clock, ms: number, waiting?: AbortSignal): Deadline {
  const over = new AbortController()
  const finished = new AbortController()
  const end = () => over.abort()
  if (waiting?.aborted) end()
  waiting?.addEventListener('abort', end)
  void clock.sleep(ms, finished.signal).then(() => {
    if (!finished.signal.aborted) end()
  })
  return {
    signal: over.signal,
    done() {
      waiting?.removeEventListener('abort', end)
      finished.abort()
    },
  }
}
