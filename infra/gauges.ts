import { flowTimers } from '../consumers/flow-timers.ts'
import type { Readiness } from '../serving/ports/readiness.ts'
import type { Engine } from '../streams/engine.ts'
import type { AnyFold, AnyScorer } from '../streams/processor.ts'
import { HORIZON, oldestSeen } from '../streams/seen.ts'
import { oldestOverdue } from '../streams/timer-service.ts'
import { within } from '../streams/within.ts'
import { newestPlace } from './analytics/live/snapshots-table.ts'
import type { DeadLetterWatch } from './dead-letter-watch.ts'
import type { Lags } from './lags.ts'
import type { Metrics } from './metrics.ts'
import { oldestUntoldNews } from './news/tell-product-news.ts'
import type { RunningEngine } from './run-engine.ts'
import type { Alike } from './similar/open-alike.ts'
import { smsAges } from './sms/sms-ages.ts'
import { oldestDueCall } from './webhooks/webhook-ledger.ts'

export interface Watched {
  readonly engine: Engine
  readonly metrics: Metrics
  readonly running: RunningEngine
  /** Every processor there is, also where none of them runs. */
  readonly processors: readonly (AnyFold | AnyScorer)[]
  readonly lags: Lags
  readonly deadLetters: DeadLetterWatch
  readonly readiness: Readiness
  readonly alike: Pick<Alike, 'spaces'>
  readonly analyticsEveryMs: number | undefined
}

/** A scrape waits no longer for a look than this; Prometheus itself gives up after ten seconds, and then has nothing at all. */
const LOOK_MS = 2000

/**
 * Sets the gauges that are looked up before each scrape. What is out of reach must not take the other metrics away with it: its look
 * is told as failed, and its gauges keep what was seen last.
 */
export function watchGauges(watched: Watched): void {
  const { engine, metrics } = watched
  metrics.gauge('dedupe_horizon_seconds', {}, HORIZON.ms / 1000)
  metrics.gauge('dedupe_horizon_ids', {}, HORIZON.ids)
  metrics.gauge('analytics_every_seconds', {}, (watched.analyticsEveryMs ?? 0) / 1000)
  for (const { name, input } of watched.processors) {
    metrics.gauge('partitions', { processor: name }, engine.names.partitions(input))
    metrics.gauge('partitions_owned', { processor: name }, 0)
  }
  const looks = { lags: lagsOf, dedupe, sms, timers, webhooks, news, deadLetters, ready, vectors, analytics }
  for (const [name, look] of Object.entries(looks)) {
    const once = oneAtATime(() => look(watched))
    metrics.beforeScrape(async () => {
      const failed = await within(engine.clock, LOOK_MS, once()).then(
        late => (late === undefined ? undefined : 'it took too long'),
        error => String(error),
      )
      metrics.gauge('look_failed', { look: name }, failed === undefined ? 0 : 1)
      if (failed !== undefined) engine.warn('some gauges could not be looked up', { look: name, error: failed })
    })
  }
}

/** Who asks while a look goes on waits for that one: scrapes of something that hangs do not pile up. */
function oneAtATime(look: () => Promise<void>): () => Promise<void> {
  let going: Promise<void> | undefined
  return () => {
    going ??= look().finally(() => {
      going = undefined
    })
    return going
  }
}

async function lagsOf({ metrics, running, lags }: Watched): Promise<void> {
  for (const { name, status } of running.processors) metrics.gauge('partitions_owned', { processor: name }, status.positions.size)
  for (const { processor, records, seconds } of await lags.look()) {
    metrics.gauge('lag_records', { processor }, records)
    metrics.gauge('oldest_unprocessed_age_seconds', { processor }, seconds)
  }
}

async function dedupe({ engine, metrics, running }: Watched): Promise<void> {
  for (const { name, status } of running.processors) {
    const oldest = await oldestSeen(engine.sql, name, [...status.positions.keys()])
    if (oldest === undefined) continue
    metrics.gauge('dedupe_oldest_id_age_seconds', { processor: name }, Math.max(0, (engine.clock.now() - oldest) / 1000))
  }
}

async function sms({ engine, metrics }: Watched): Promise<void> {
  const { due, unknown, unreported } = await smsAges(engine.sql)
  metrics.gauge('oldest_due_sms_age_seconds', {}, due)
  metrics.gauge('oldest_unknown_sms_age_seconds', {}, unknown)
  metrics.gauge('oldest_unreported_age_seconds', {}, unreported)
}

async function timers({ engine, metrics }: Watched): Promise<void> {
  const seconds = await oldestOverdue(engine.sql, flowTimers.table, engine.clock.now())
  metrics.gauge('oldest_overdue_timer_age_seconds', {}, seconds)
}

async function webhooks({ engine, metrics }: Watched): Promise<void> {
  metrics.gauge('oldest_due_webhook_age_seconds', {}, await oldestDueCall(engine.sql))
}

async function news({ engine, metrics }: Watched): Promise<void> {
  metrics.gauge('oldest_untold_product_news_age_seconds', {}, await oldestUntoldNews(engine.sql, engine.clock.now()))
}

async function deadLetters({ metrics, deadLetters }: Watched): Promise<void> {
  await deadLetters.look()
  metrics.gauge('dead_letters_kept', {}, deadLetters.kept())
  metrics.gauge('oldest_dead_letter_age_seconds', {}, deadLetters.oldestAge())
}

async function ready({ metrics, readiness }: Watched): Promise<void> {
  for (const { name, ok } of await readiness()) metrics.gauge('ready', { check: name }, ok ? 1 : 0)
}

async function vectors({ metrics, alike }: Watched): Promise<void> {
  for (const { space, index, left } of alike.spaces()) {
    const { size, tombstones, by, recall } = index.state()
    metrics.gauge('customer_vectors', { space: space.label }, size)
    if (left !== undefined) metrics.gauge('customer_vectors_left', { space: space.label }, left.length)
    metrics.gauge('customer_vectors_tombstones', { space: space.label }, tombstones)
    const found = by === 'exact' ? 1 : recall
    if (found !== undefined) metrics.gauge('vector_recall', { space: space.label }, found)
  }
}

async function analytics({ engine, metrics }: Watched): Promise<void> {
  const { seq, takenAt } = await newestPlace(engine.sql)
  const age = seq === 0 ? 0 : Math.max(0, engine.clock.now() - takenAt) / 1000
  metrics.gauge('analytics_snapshot_age_seconds', {}, age)
}
