import type { Clock } from '../../streams/clock.ts'

/** Nothing was asked, because nothing is expected to answer yet. */
export class CircuitOpen extends Error {}

export interface CircuitOptions {
  readonly clock: Clock
  /** How long nothing is asked after a failure. */
  readonly pauseMs: number
  /** Told once when it goes, with what went wrong, and once when it is back. */
  readonly went: (error: unknown) => void
  readonly back: () => void
}

/**
 * Stands before a server that may be away, so that only one request in a pause finds out how long it does not answer.
 * The rest is refused at once. The first answer lets all through again.
 */
export function circuit({ clock, pauseMs, went, back }: CircuitOptions): <T>(ask: () => Promise<T>) => Promise<T> {
  let away = false
  let askAgainAt = 0

  return async ask => {
    if (away) {
      if (clock.monotonic() < askAgainAt) throw new CircuitOpen('it did not answer just now, and is not asked for a while')
      askAgainAt = clock.monotonic() + pauseMs
    }
    try {
      const answer = await ask()
      if (away) back()
      away = false
      return answer
    } catch (error) {
      askAgainAt = clock.monotonic() + pauseMs
      if (!away) went(error)
      away = true
      throw error
    }
  }
}
