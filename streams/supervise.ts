import type { Clock } from './clock.ts'

export interface Supervision {
  readonly clock: Clock
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
  readonly signal: AbortSignal
  /** Errors that trying again does not help. */
  readonly fatal: (error: unknown) => boolean
}

const BACKOFF_MS = { first: 200, most: 10_000 }
/** Something that ran this long was well: its next failure starts counting anew. */
const WELL_MS = 60_000
/** So many failures in a row, about ten minutes of trying, and it is given up: the process must be looked at. */
const BUDGET = 70

/** Runs something that should go on until the signal aborts, starting it again with growing pauses. Throws what is fatal, and the last error when the budget is spent. */
export async function supervise(
  name: string,
  run: () => Promise<void>,
  { clock, warn, signal, fatal }: Supervision,
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const begun = clock.monotonic()
    try {
      await run()
    } catch (error) {
      if (fatal(error)) throw error
      if (clock.monotonic() - begun > WELL_MS) failures = 0
      if (++failures > BUDGET) throw error
      const ms = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** (failures - 1))
      warn('restarting', { name, error: error instanceof Error ? (error.stack ?? error.message) : String(error), failures, ms })
      await clock.sleep(ms, signal)
    }
  }
}
