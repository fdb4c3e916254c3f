import { fileURLToPath } from 'node:url'
import { runEngine } from '../../infra/run-engine.ts'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import type { Topic } from '../../schemas/topic.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import { type Codec, openCodec } from '../../streams/codec.ts'
import { type EmbeddedLog, embeddedLog } from '../../streams/embedded-log.ts'
import type { Engine } from '../../streams/engine.ts'
import { noJournal } from '../../streams/journal.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { silent } from '../../streams/meter.ts'
import { partitionOf } from '../../streams/partition-of.ts'
import type { AnyFold, AnyScorer } from '../../streams/processor.ts'
import { recordsLeft } from '../../streams/records-left.ts'
import type { Sql } from '../../streams/sql.ts'
import { type TopicNames, topicNames } from '../../streams/topic-names.ts'
import { noTracer } from '../../streams/tracer.ts'
import { countingTables, countingTopics } from './counting-topology.ts'
import { Fate, type Meeting, mortalLog, mortalSql } from './mishaps.ts'

const migrations = fileURLToPath(new URL('../../infra/migrations', import.meta.url))

/** A database in memory that has the engine's tables and those of the counting topology. */
export async function countingSql(): Promise<Sql> {
  const sql = await pgliteSql({})
  await migrate(sql, { folder: migrations })
  await sql.script(countingTables)
  return sql
}

/** When all that is appended to a world was appended, epoch ms: long ago. */
export const APPENDED = 1_700_000_000_000

/** Pauses pass quickly here; what time it is stays true, so that all that is read is late. */
export const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) }

/** Everything that is read has just been appended. */
const promptClock: Clock = { ...hastyClock, now: () => APPENDED }

/** An empty log on an empty database, where instances come and go. */
export interface World {
  readonly sql: Sql
  readonly log: EmbeddedLog
  readonly names: TopicNames
  readonly codec: Codec
  /** Appends values; the key picks the partition, as for every client. */
  append(topic: Topic, values: readonly { readonly key: string; readonly value: unknown }[]): Promise<void>
  /** Appends one value to each partition. */
  appendEverywhere(topic: Topic, value: unknown): Promise<void>
}

const EMPTIED =
  'TRUNCATE log, log_heads, log_topics, ownership, owed_answers, seen_events, customer_keys, counters, counter_lines, audits, summed, average, readers, replies, rebuilds'

/** Makes the database empty and begins anew. One world at a time. */
export async function newWorld(sql: Sql, partitions: number): Promise<World> {
  await sql.script(EMPTIED)
  const log = embeddedLog({ sql, clock: systemClock })
  const names = topicNames({ prefix: 'test', partitions })
  await log.createTopics(countingTopics.map(names.config))
  const codec = await openCodec(countingTopics, names.of)
  const record = (topic: Topic, partition: number, key: string, value: unknown) => ({
    topic: names.of(topic),
    partition,
    key,
    value: codec.encode(topic, value),
    headers: {},
    timestamp: APPENDED,
  })
  return {
    sql,
    log,
    names,
    codec,
    async append(topic, values) {
      await log.publish(values.map(({ key, value }) => record(topic, partitionOf(key, names.partitions(topic)), key, value)))
    },
    async appendEverywhere(topic, value) {
      await log.publish(Array.from({ length: names.partitions(topic) }, (_, partition) => record(topic, partition, 'all', value)))
    },
  }
}

/** What an instance of this name runs on. */
export function engineOf({ sql, log, names, codec }: World, instance: string, more: Partial<Engine> = {}): Engine {
  return {
    log,
    sql,
    codec,
    names,
    keyring: sqlKeyring(sql, systemClock),
    clock: promptClock,
    meter: silent,
    instance,
    generation: 1,
    stateBytes: 64 << 20,
    journal: noJournal,
    tracer: noTracer,
    warn: () => {},
    committed: () => {},
    ...more,
  }
}

/** An instance at work. */
export interface Instance {
  readonly fate: Fate
  /** Ends it: in good order, or, where it has died, by making the group aware of it. */
  stop(): Promise<void>
}

export function startInstance(
  world: World,
  instance: string,
  processors: readonly (AnyFold | AnyScorer)[],
  meeting: Partial<Meeting> = {},
): Instance {
  const { fate = new Fate([]), atomic = false, batch = () => 2000, late = false } = meeting
  const sql = mortalSql(world.sql, fate)
  const log = mortalLog(world.log, world.sql, { fate, atomic, batch })
  const engine = engineOf(world, instance, { sql, log, at: point => fate.meet(point), ...(late ? { clock: hastyClock } : {}) })
  const running = runEngine(engine, {
    processors,
    dispatchers: [],
    views: [],
    scorerViews: () => undefined,
    fatal: error => {
      throw error
    },
  })
  return { fate, stop: () => running.stop() }
}

/** Until everything that is on the log has been done, and no tick will put more there: asked in this order, for a tick folded in between leaves its line. */
export async function drained(
  world: World,
  processors: readonly (AnyFold | AnyScorer)[],
  each: () => Promise<void> = async () => {},
): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    await each()
    const [row] = await world.sql.query('SELECT count(*) AS moved FROM average WHERE moved')
    quiet = row!.moved === 0 && (await recordsLeft(world.sql, world.log, world.names, processors)) === 0 ? quiet + 1 : 0
    await systemClock.sleep(5)
  }
}
