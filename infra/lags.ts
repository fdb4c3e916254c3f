import type { Engine } from '../streams/engine.ts'
import { HORIZON, oldestSeen } from '../streams/seen.ts'
import type { Metrics } from './metrics.ts'
import type { RunningEngine } from './run-engine.ts'

/** How far a processor of this instance is behind the end of its input. */
export interface Lag {
  readonly processor: string
  readonly records: number
  /** At most how old the oldest record is that it has not done; 0 at the end. The record was appended after the last one done. */
  readonly seconds: number
}

/** The lags of every processor that has partitions here. */
export async function lags(engine: Engine, running: RunningEngine): Promise<Lag[]> {
  const found: Lag[] = []
  const ends = new Map<string, { start: number; end: number }[]>()
  for (const { name, input, positions, status } of running.processors) {
    const topic = engine.names.of(input)
    if (!ends.has(topic)) ends.set(topic, await engine.log.offsets(topic))
    let records = 0
    for (const [partition, next] of positions()) {
      const { start, end } = ends.get(topic)![partition]!
      records += Math.max(0, end - Math.max(start, next))
    }
    const since = status.lastAppendedAt ?? engine.clock.now()
    found.push({ processor: name, records, seconds: records === 0 ? 0 : Math.max(0, (engine.clock.now() - since) / 1000) })
  }
  return found
}

/** Sets the gauges of lag and age before each scrape. The log being out of reach must not take the metrics away with it. */
export function watchLags(engine: Engine, running: RunningEngine, metrics: Metrics): void {
  metrics.gauge('dedupe_horizon_seconds', {}, HORIZON.ms / 1000)
  metrics.gauge('dedupe_horizon_ids', {}, HORIZON.ids)
  metrics.beforeScrape(async () => {
    try {
      for (const { processor, records, seconds } of await lags(engine, running)) {
        metrics.gauge('lag_records', { processor }, records)
        metrics.gauge('oldest_unprocessed_age_seconds', { processor }, seconds)
      }
      const now = engine.clock.now()
      const [row] = await engine.sql.query(
        `SELECT (SELECT min(at) FROM sms_results WHERE NOT reported) AS unreported,
                (SELECT min(updated_at) FROM sms_ledger WHERE status = 'unknown') AS unknown`,
      )
      const age = (since: unknown) => (typeof since === 'number' ? Math.max(0, (now - since) / 1000) : 0)
      for (const { name, positions } of running.processors) {
        const oldest = await oldestSeen(engine.sql, name, [...positions().keys()])
        if (oldest !== undefined) metrics.gauge('dedupe_oldest_id_age_seconds', { processor: name }, age(oldest))
      }
      metrics.gauge('oldest_unreported_age_seconds', {}, age(row?.unreported))
      metrics.gauge('oldest_unknown_sms_age_seconds', {}, age(row?.unknown))
    } catch (error) {
      engine.warn('some gauges could not be looked up', { error: String(error) })
    }
  })
}
