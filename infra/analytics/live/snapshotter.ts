import { deadline } from '../../../streams/deadline.ts'
import type { Engine } from '../../../streams/engine.ts'
import { lease } from '../../../streams/lease.ts'
import type { Dispatcher } from '../../../streams/processor.ts'
import { newestPlace, pruneSnapshots, type SnapshotPlace, storeSnapshot } from './snapshots-table.ts'
import { takeSnapshot } from './take-snapshot.ts'

/** How often it is looked whether it is time. */
const LOOK_MS = 15_000
const LEASE_MS = 60_000
/** A shop that is being filled is looked at again once it has a tenth more customers, this long after the last snapshot. */
const SOON_MS = 60_000
/** And no sooner than so many times what that took, so that filling a large shop is not mostly looking at it. */
const REST = 20
/** How long one may take. */
const BUDGET_MS = 30 * 60_000
/** After a failure, the next try: each reads the whole log. */
const AGAIN_MS = 10 * 60_000

export interface SnapshotterOptions {
  readonly everyMs: number
  /** ISO 4217, the shop's. */
  readonly currency: string
  /** Called once one is stored, and is to be told to the log. */
  readonly stored?: () => void
  /** What one may take (takeSnapshot). */
  readonly mostBytes?: number
  readonly budgetMs?: number
}

/**
 * Takes a snapshot of the shop's analytics every so often, the first as soon as anybody bought anything. One instance at a time does; one cut short is begun
 * again by the next. What fails is tried again after a while, and told to the supervisor.
 */
export function snapshotter(engine: Engine, options: SnapshotterOptions): Dispatcher {
  const { sql, clock, meter, journal, warn } = engine
  const { everyMs, currency, mostBytes, stored = () => {}, budgetMs = BUDGET_MS } = options
  const held = lease(sql, clock, 'analytics', LEASE_MS)
  let notBefore = 0
  for (const result of ['stored', 'overtaken', 'failed']) meter.count('analytics_snapshots_total', { result }, 0)

  async function look(signal: AbortSignal): Promise<void> {
    if (clock.monotonic() < notBefore || !(await isDue(await newestPlace(sql))) || !(await held.mine())) return
    const renewing = renew(signal)
    const budget = deadline(clock, budgetMs, signal)
    try {
      const newest = await newestPlace(sql) // under the lease: whoever had it before may have stored one
      if (await isDue(newest)) await take(newest, budget.signal)
    } catch (error) {
      if (signal.aborted) return
      notBefore = clock.monotonic() + Math.min(everyMs, AGAIN_MS)
      meter.count('analytics_snapshots_total', { result: 'failed' })
      throw budget.signal.aborted
        ? new Error(`A snapshot of the analytics took longer than ${budgetMs / 60_000} minutes.`)
        : error
    } finally {
      budget.done()
      renewing.stop()
      await held.giveBack()
    }
  }

  async function isDue({ seq, takenAt, buyers, tookMs }: SnapshotPlace): Promise<boolean> {
    const age = clock.now() - takenAt
    if (seq > 0 && age < Math.min(everyMs, Math.max(SOON_MS, REST * tookMs))) return false
    const now = await buyersNow()
    return now > 0 && (seq === 0 || age >= everyMs || 10 * now >= 11 * buyers)
  }

  /** As `ranking` counted them last. */
  async function buyersNow(): Promise<number> {
    const [row] = await sql.query("SELECT (cuts->>'customers')::bigint AS buyers FROM rfm_cuts")
    return (row?.buyers as number | null | undefined) ?? 0
  }

  async function take(after: SnapshotPlace, signal: AbortSignal): Promise<void> {
    const [begun, takenAt] = [clock.monotonic(), clock.now()]
    const numbered = await numberedNow()
    const room = mostBytes === undefined ? {} : { mostBytes }
    const made = await takeSnapshot(engine, { now: takenAt, signal, ...room })
    const tookMs = Math.round(clock.monotonic() - begun)
    const isOurs = await storeSnapshot(sql, made, { after, takenAt, tookMs, currency, numbered })
    meter.count('analytics_snapshots_total', { result: isOurs ? 'stored' : 'overtaken' })
    if (!isOurs) return
    meter.observe('analytics_snapshot_seconds', {}, tookMs / 1000)
    const { buyers, lines, joined } = made
    journal.info('snapshot taken', { seq: after.seq + 1, buyers, lines, joined: joined.length, tookMs })
    stored()
    await pruneSnapshots(sql, takenAt)
  }

  async function numberedNow(): Promise<number> {
    const [row] = await sql.query('SELECT coalesce(max(number) + 1, 0) AS numbered FROM analytics_customers')
    return row!.numbered as number
  }

  function renew(signal: AbortSignal): { stop: () => void } {
    const over = new AbortController()
    const end = () => over.abort()
    signal.addEventListener('abort', end)
    void (async () => {
      while (!over.signal.aborted) {
        await clock.sleep(LEASE_MS / 4, over.signal)
        if (!over.signal.aborted)
          await held.mine().catch(error => warn('the lease of the analytics was not renewed', { error: String(error) }))
      }
    })()
    return {
      stop() {
        signal.removeEventListener('abort', end)
        over.abort()
      },
    }
  }

  return {
    kind: 'dispatcher',
    name: 'analytics',
    async run(signal) {
      while (!signal.aborted) {
        await look(signal)
        await clock.sleep(LOOK_MS, signal)
      }
    },
  }
}
