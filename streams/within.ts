import type { Clock } from './clock.ts'

/** What `within` answers when time is up. */
export const late: unique symbol = Symbol('late')

/** Waits for work, `ms` at most. The work itself is not ended by that; how it comes out later is nobody's concern. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | typeof late> {
  const done = new AbortController()
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then((): typeof late => late)])
  } finally {
    done.abort(null) // as in bell.ts
  }
}
