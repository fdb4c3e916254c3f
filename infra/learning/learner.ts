import type { CustomerChange } from '../../schemas/records.ts'
import { customerChanges } from '../../schemas/topics.ts'
import { decodeBatch } from '../../streams/decode-batch.ts'
import type { Engine } from '../../streams/engine.ts'
import { lease } from '../../streams/lease.ts'
import type { Batch, Membership, TopicPartition } from '../../streams/log.ts'
import type { Dispatcher } from '../../streams/processor.ts'
import { type Act, actsOf } from './acts.ts'
import { countExposures, creditActs } from './credit-acts.ts'
import { loadStanding, type Standing, saveStanding } from './learning-table.ts'

const LEASE_MS = 15_000
/** Exposures learnt of in one transaction. */
const PAGE = 500
/** Lists are written a moment after they were looked up: an act is looked at so much later than it came. */
const BEHIND_MS = 1500
/** How far it has read is kept so often where nothing else is. */
const KEEP_MS = 5000
const HOUR_MS = 3_600_000
/** How long exposures and outcomes are kept: estimates read them, and lineage. */
const KEPT_MS = 90 * 24 * HOUR_MS

type LearnerEngine = Pick<Engine, 'sql' | 'log' | 'names' | 'codec' | 'clock' | 'meter' | 'warn'> & Partial<Pick<Engine, 'at'>>

/**
 * Learns from what became of lists: every exposure a trial, every act on an item of one an outcome, each counted once.
 *
 * One instance at a time does, but that is only to spare work. What is learnt, what was counted, and how far the log was read are one
 * transaction, guarded by the version that it was loaded at: of two that learn at once one's batch is undone, and after a crash the
 * same batch is read again with nothing of it counted.
 */
export function learner({ sql, log, names, codec, clock, meter, warn, at }: LearnerEngine): Dispatcher {
  const held = lease(sql, clock, 'learner', LEASE_MS)
  const topic = names.of(customerChanges)
  for (const kind of ['click', 'purchase']) meter.count('outcomes_total', { kind }, 0)
  let prunedAt = Number.NEGATIVE_INFINITY

  async function learnWhileHeld(signal: AbortSignal): Promise<void> {
    let standing = await loadStanding(sql, warn)
    let [keptAt, moved] = [clock.monotonic(), false]
    const membership = await log.follow([topic])
    try {
      while (!signal.aborted && (await held.mine())) {
        const next = await membership.next(1000, 500)
        if (next?.type === 'left') return
        if (next?.type === 'assigned') {
          const offsets = await begin(membership, next.partitions, standing)
          // Kept at once: who dies before the first outcome must not begin at a later end.
          if (offsets.size > standing.offsets.size) [keptAt, moved] = [Number.NEGATIVE_INFINITY, true]
          standing = { ...standing, offsets }
        }
        const batches = next?.type === 'records' ? next.batches : []
        const acts = await read(batches, signal)
        if (signal.aborted) return // what was read now waits for the next time
        moved ||= batches.length > 0
        const offsets = new Map([...standing.offsets, ...batches.map(batch => [batch.partition, batch.next] as const)])
        const learnt = await step({ ...standing, offsets }, acts, moved && clock.monotonic() - keptAt > KEEP_MS)
        if (learnt.version > standing.version) [keptAt, moved] = [clock.monotonic(), false]
        standing = learnt
        await prune()
      }
    } finally {
      await membership.leave()
    }
  }

  /** Where nothing was read yet it begins at the end: of what was before nobody has seen a list. */
  async function begin(membership: Membership, partitions: readonly TopicPartition[], { offsets }: Standing) {
    const bounds = await log.offsets(topic)
    const from = new Map(offsets)
    for (const { partition } of partitions) {
      const { start, end } = bounds[partition]!
      const offset = Math.max(start, offsets.get(partition) ?? end)
      from.set(partition, offset)
      membership.start({ topic, partition, offset })
    }
    return from
  }

  async function read(batches: readonly Batch[], signal: AbortSignal): Promise<Act[]> {
    if (batches.length === 0) return []
    const { slices } = await decodeBatch(codec, customerChanges, batches)
    const reads = slices.flatMap(slice => slice.reads)
    const newest = reads.reduce((most, one) => Math.max(most, one.at), 0)
    const early = newest + BEHIND_MS - clock.now()
    if (early > 0) await clock.sleep(Math.min(early, BEHIND_MS), signal)
    return reads.flatMap(({ outcome }) => ('value' in outcome ? actsOf(outcome.value as CustomerChange) : []))
  }

  async function step(standing: Standing, acts: readonly Act[], due: boolean): Promise<Standing> {
    const { version, kinds } = await sql.transaction(async tx => {
      let counted = 0
      for (let page = PAGE; page === PAGE; counted += page) page = await countExposures(tx, standing.learnt, PAGE)
      const kinds = await creditActs(tx, standing.learnt, acts)
      if (counted === 0 && kinds.length === 0 && !due) return { version: standing.version, kinds }
      const version = await saveStanding(tx, standing)
      await at?.('committing', 'learner')
      return { version, kinds }
    })
    if (version > standing.version) await at?.('committed', 'learner')
    for (const kind of kinds) meter.count('outcomes_total', { kind })
    return { ...standing, version }
  }

  async function prune(): Promise<void> {
    if (clock.monotonic() - prunedAt < HOUR_MS) return
    prunedAt = clock.monotonic()
    const before = clock.now() - KEPT_MS
    await sql.query('DELETE FROM exposures WHERE at < $1', [before])
    await sql.query('DELETE FROM outcomes WHERE at < $1', [before])
  }

  return {
    kind: 'dispatcher',
    name: 'learner',
    async run(signal) {
      try {
        while (!signal.aborted) {
          if (await held.mine()) await learnWhileHeld(signal)
          else await clock.sleep(LEASE_MS / 3, signal)
        }
      } finally {
        await held
          .giveBack()
          .catch(error => warn('the lease of the learner was not given back; it runs out', { error: String(error) }))
      }
    },
  }
}
