import type { Topic } from '../schemas/topic.ts'
import { decodeBatch } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import { generationOf } from './generation.ts'
import type { Batch, TopicPartition } from './log.ts'
import type { Ends } from './ownership.ts'
import type { Tx } from './sql.ts'

/**
 * What every instance holds of a processor's compacted output: begun from the processor's table, then kept up by its topic.
 * Entries apply by version, never by arrival; so a record read twice, or behind its table row, changes nothing.
 */
export interface ViewSpec<V> {
  readonly topic: Topic
  /** The processor whose table and outputs these are. */
  readonly writer: string
  readonly load: (tx: Tx) => Promise<V>
  readonly apply: (view: V, value: unknown) => void
}

export interface View<V> {
  readonly current: () => V
  /** How many records of the topic it has passed, over all partitions: grows with every change, the same for all instances that are as far. */
  readonly version: () => number
  /** Up to where a partition was applied: nothing before it is needed any more. */
  readonly position: (partition: number) => number
  /** True once everything before these ends has been applied. */
  readonly reached: (ends: Readonly<Record<string, number>>) => boolean
  /** Follows the topic until the signal aborts; throws when the log is out of reach, to be called again. */
  readonly follow: (signal: AbortSignal) => Promise<void>
}

/** How often a view asks whether its writer's state was rebuilt. */
const REBUILT_MS = 1000

/** Loads a view in one snapshot with the ends that its table reflects; `follow` must then be run. */
export async function openView<V>(engine: Engine, spec: ViewSpec<V>): Promise<View<V>> {
  const topic = engine.names.of(spec.topic)
  let { view, generation, positions } = await load()

  async function load() {
    return engine.sql.transaction(
      async tx => {
        const generation = await generationOf(tx, spec.writer)
        const ends = Object.entries(await endsOf(tx, spec.writer, topic))
        const positions = new Map(ends.map(([partition, end]) => [Number(partition), end]))
        return { view: await spec.load(tx), generation, positions }
      },
      { snapshot: true },
    )
  }

  /** All or nothing: a view that says it is newer than it is would never be put right. */
  async function reload(): Promise<void> {
    ;({ view, generation, positions } = await load())
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const membership = await engine.log.follow([topic])
    let assigned: readonly TopicPartition[] = []
    let asked = engine.clock.monotonic()
    const start = async () => {
      for (const { partition } of assigned) membership.start({ topic, partition, offset: await from(partition) })
    }
    try {
      while (!signal.aborted) {
        if (engine.clock.monotonic() - asked > REBUILT_MS) {
          asked = engine.clock.monotonic()
          if (await reloadedAfterRebuild()) await start()
        }
        const next = await membership.next(2000, 500)
        if (next?.type === 'left') return
        if (next?.type === 'revoked') assigned = []
        if (next?.type === 'assigned') {
          assigned = next.partitions
          await start()
        }
        if (next?.type === 'records') await apply(next.batches)
      }
    } finally {
      await membership.leave()
    }
  }

  /** The table is another one after a rebuild, and may know things otherwise than the topic told them. */
  async function reloadedAfterRebuild(): Promise<boolean> {
    if ((await generationOf(engine.sql, spec.writer)) === generation) return false
    await reload()
    return true
  }

  /** Where to read on. Behind the log's start something was compacted away that the table has: then the table is read again. */
  async function from(partition: number): Promise<number> {
    const { start } = (await engine.log.offsets(topic))[partition]!
    const position = positions.get(partition) ?? 0
    if (position < start && position > 0) await reload()
    return Math.max(positions.get(partition) ?? 0, start)
  }

  async function apply(batches: readonly Batch[]): Promise<void> {
    for (const { partition, reads, next } of (await decodeBatch(engine.codec, spec.topic, batches)).slices) {
      for (const { outcome } of reads) if ('value' in outcome) spec.apply(view, outcome.value)
      positions.set(partition, Math.max(next, positions.get(partition) ?? 0))
    }
  }

  return {
    current: () => view,
    version: () => [...positions.values()].reduce((sum, position) => sum + position, 0),
    position: partition => positions.get(partition) ?? 0,
    reached: ends => Object.entries(ends).every(([partition, end]) => (positions.get(Number(partition)) ?? 0) >= end),
    follow,
  }
}

/** How far a processor's outputs reach into a topic, over all its partitions. */
export async function endsOf(tx: Tx, processor: string, topic: string): Promise<Record<string, number>> {
  const rows = await tx.query('SELECT ends FROM ownership WHERE processor = $1', [processor])
  const reach: Record<string, number> = {}
  for (const { ends } of rows)
    for (const [partition, end] of Object.entries((ends as Ends)[topic] ?? {}))
      reach[partition] = Math.max(reach[partition] ?? 0, end)
  return reach
}
