import type { Clock } from './clock.ts'
import { EmbeddedGroup } from './embedded-group.ts'
import { EmbeddedMembership, type Source } from './embedded-membership.ts'
import { type Append, append, createTopics, prune, readHeads, readPage } from './embedded-tables.ts'
import { Tail, TailBudget } from './embedded-tail.ts'
import type { End, Log, LogRecord, NewRecord, TopicPartition } from './log.ts'
import { LogUnavailable } from './log-unavailable.ts'
import type { Sql } from './sql.ts'
import { late, within } from './within.ts'

export interface EmbeddedLogOptions {
  /** Where the tables of migration 002 are. Nobody else may write to them: readers are woken from memory. */
  readonly sql: Sql
  readonly clock: Clock
  /** How many bytes of recent records stay in memory, so that readers who keep up need no query; 32 MiB unless told otherwise. */
  readonly tailBytes?: number
}

/** The log in Postgres tables, for one process. */
export interface EmbeddedLog extends Log {
  /**
   * Deletes batches that every reader has passed and whose topic lets them go: of a topic kept for days when all their records are older,
   * of a compacted one at once (its views begin from their table). A topic kept for good loses nothing.
   *
   * @param passed the offset before which no reader will ask for records of a partition again
   */
  prune(passed: (topic: string, partition: number) => number): Promise<void>
}

const PUBLISH_MS = 5000

export function embeddedLog({ sql, clock, tailBytes = 32 << 20 }: EmbeddedLogOptions): EmbeddedLog {
  const budget = new TailBudget(tailBytes)
  const topics = new Map<string, Tail[]>()
  const groups = new Map<string, EmbeddedGroup>()
  const members = new Set<EmbeddedMembership>()
  let closed = false

  /** Makes topics known that the tables have. */
  async function know(names: Iterable<string>): Promise<void> {
    const unknown = [...new Set(names)].filter(name => !topics.has(name))
    if (unknown.length === 0) return
    for (const [name, heads] of await readHeads(sql, unknown)) {
      if (!topics.has(name))
        topics.set(
          name,
          heads.map(head => new Tail(head, budget)),
        )
    }
    const missing = unknown.find(name => !topics.has(name))
    if (missing !== undefined) throw new Error(`the log has no topic ${missing}: create it first`)
  }

  function tail({ topic, partition }: TopicPartition): Tail {
    const found = topics.get(topic)?.[partition]
    if (found === undefined)
      throw new Error(`topic ${topic} has no partition ${partition}: it has ${topics.get(topic)?.length ?? 0}`)
    return found
  }

  const partitionsOf = (topic: string): TopicPartition[] =>
    (topics.get(topic) ?? []).map((_, partition) => ({ topic, partition }))

  async function prepare(records: readonly NewRecord[]): Promise<Append[]> {
    if (closed) throw new LogUnavailable('the log is closed')
    await know(records.map(({ topic }) => topic))
    const appends = byPartition(records)
    for (const each of appends) tail(each) // or throws: there is no such partition
    return appends
  }

  /** What was committed becomes visible. */
  function committed(appends: readonly Append[], ends: readonly End[]): void {
    for (const [i, each] of appends.entries()) {
      const base = ends[i]!.end - each.records.length
      tail(each).append(each.records.map((record, n) => at(record, base + n)))
      for (const member of members) member.appended(each)
    }
  }

  async function publish(records: readonly NewRecord[]): Promise<End[]> {
    const appends = await prepare(records)
    if (appends.length === 0) return []
    const ends = await append(sql, appends)
    committed(appends, ends)
    return ends
  }

  const source: Source = {
    clock,
    tail,
    page: wanted => readPage(sql, wanted),
    leave(member) {
      members.delete(member)
      for (const [name, group] of groups) if (group.remove(member)) groups.delete(name)
    },
  }

  async function seat(names: readonly string[]): Promise<EmbeddedMembership> {
    if (closed) throw new LogUnavailable('the log is closed')
    await know(names)
    const member = new EmbeddedMembership(source, names)
    members.add(member)
    return member
  }

  return {
    async createTopics(configs) {
      await sql.transaction(tx => createTopics(tx, configs))
      await know(configs.map(({ name }) => name))
    },
    async offsets(topic) {
      const heads = (await readHeads(sql, [topic])).get(topic)
      if (heads === undefined) throw new Error(`the log has no topic ${topic}`)
      return heads.map(({ start, next }) => ({ start, end: next }))
    },
    async publish(records) {
      const ends = await within(clock, PUBLISH_MS, publish(records))
      if (ends === late) throw new LogUnavailable(`the log did not take ${records.length} records within ${PUBLISH_MS} ms`)
      return ends
    },
    async publishAndCommit(records, where, commit) {
      const appends = await prepare(records)
      let ends: End[] = []
      const result = await where.transaction(async tx => {
        ends = await append(tx, appends)
        return commit(tx, ends)
      })
      committed(appends, ends)
      return result
    },
    async join(name, names) {
      const member = await seat(names)
      const group = groups.get(name) ?? new EmbeddedGroup(partitionsOf)
      groups.set(name, group)
      group.add(member)
      return member
    },
    async follow(names) {
      const member = await seat(names)
      member.rebalanced(names.flatMap(partitionsOf))
      return member
    },
    async prune(passed) {
      for (const { topic, partition, start } of await prune(sql, clock.now(), passed))
        topics.get(topic)?.[partition]?.prune(start)
    },
    async close() {
      closed = true
      for (const member of members) member.end()
      members.clear()
      groups.clear()
    },
  }
}

const at = ({ topic, partition, key, value, headers, timestamp }: NewRecord, offset: number): LogRecord => ({
  topic,
  partition,
  offset,
  key,
  value,
  headers,
  timestamp,
})

function byPartition(records: readonly NewRecord[]): Append[] {
  const appends = new Map<string, Append>()
  for (const record of records) {
    const { topic, partition } = record
    const id = `${topic}/${partition}`
    const append = appends.get(id)
    if (append === undefined) appends.set(id, { topic, partition, records: [record] })
    else append.records.push(record)
  }
  return [...appends.values()]
}
