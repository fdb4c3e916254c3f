import type { AnalyticsSnapshot } from '../../../schemas/analytics-snapshot.ts'
import type { HeldSnapshot } from '../../../serving/ports/analytics.ts'
import type { Clock } from '../../../streams/clock.ts'
import type { Sql } from '../../../streams/sql.ts'
import { snapshotAfter } from './snapshots-table.ts'

const ASK_MS = 2000
/** Not asked for so long: the database is away, and there may be a newer one. */
const AWAY_MS = 15_000
/** Later than this after the next one was due. */
const PATIENCE_MS = 30 * 60_000

/** The newest snapshot there is, in memory: it answers also while the database is away, and says so. */
export class CurrentSnapshot {
  private held: AnalyticsSnapshot | undefined
  private askedAt = Number.NEGATIVE_INFINITY
  private readonly sql: Sql
  private readonly clock: Clock
  private readonly everyMs: number | undefined

  constructor(sql: Sql, clock: Clock, everyMs: number | undefined) {
    this.sql = sql
    this.clock = clock
    this.everyMs = everyMs
  }

  current(): HeldSnapshot | undefined {
    const { held, clock, everyMs } = this
    if (held === undefined) return undefined
    const without: string[] = held.degraded.map(({ stage }) => stage)
    if (clock.monotonic() - this.askedAt > AWAY_MS) without.push('database')
    if (everyMs === undefined || clock.now() - held.takenAt > everyMs + PATIENCE_MS) without.push('snapshot_stale')
    return { snapshot: held, without: [...new Set(without)] }
  }

  /** Asks once, so that what is stored is there before the first request. */
  async look(): Promise<void> {
    const newer = await snapshotAfter(this.sql, this.held?.seq ?? 0)
    this.askedAt = this.clock.monotonic()
    this.held = newer ?? this.held
  }

  /** Must be run; throws where it cannot be asked, to be called again. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look()
      await this.clock.sleep(ASK_MS, signal)
    }
  }
}
