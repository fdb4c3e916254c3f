import type { Clock } from './clock.ts'
import { EmbeddedGroup } from './embedded-group.ts'
import { EmbeddedMembership, type Source, type Wanted } from './embedded-membership.ts'
import { Tail, TailBudget } from './embedded-tail.ts'
import type { End, Log, LogRecord, NewRecord, TopicConfig, TopicPartition } from './log.ts'
import { LogUnavailable } from './log-unavailable.ts'
import { decodeRecords, encodeRecords } from './record-batch.ts'
import type { Sql, Tx } from './sql.ts'
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
/** A row of `log` holds about so many bytes, or one record that is larger. */
const ROW_BYTES = 256 << 10
/** What one query reads, over all partitions it is for; at least one row of each. */
const PAGE_BYTES = 4 << 20
const DAY_MS = 86_400_000

/** Records of one partition in the order they were given, cut into rows. */
interface Append extends TopicPartition {
  readonly records: NewRecord[]
}

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
    for (const append of appends) tail(append)
    return appends
  }

  /** What was committed becomes visible. */
  function committed(appends: readonly Append[], ends: readonly End[]): void {
    for (const [i, append] of appends.entries()) {
      const base = ends[i]!.end - append.records.length
      tail(append).append(append.records.map((record, n) => at(record, base + n)))
      for (const member of members) member.appended(append)
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
      await sql.transaction(tx => create(tx, configs))
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

async function create(tx: Tx, configs: readonly TopicConfig[]): Promise<void> {
  const names = configs.map(({ name }) => name)
  await tx.query(
    `INSERT INTO log_topics (topic, partitions, retention) SELECT * FROM unnest($1::text[], $2::integer[], $3::text[]) AS t(topic, partitions, retention)
     ORDER BY topic ON CONFLICT (topic) DO UPDATE SET retention = excluded.retention`,
    [names, configs.map(({ partitions }) => partitions), configs.map(({ retention }) => retentionText(retention))],
  )
  const made = await tx.query<{ topic: string; partitions: number }>(
    'SELECT topic, partitions FROM log_topics WHERE topic = ANY($1::text[])',
    [names],
  )
  for (const { name, partitions } of configs) {
    const there = made.find(({ topic }) => topic === name)?.partitions
    if (there !== partitions)
      throw new Error(
        `topic ${name} has ${there} partitions, not ${partitions}: the count is chosen once. Start with ${there}, or with an empty data folder or another topic prefix.`,
      )
  }
  await tx.query(
    `INSERT INTO log_heads (topic, partition) SELECT topic, generate_series(0, partitions - 1) FROM log_topics WHERE topic = ANY($1::text[])
     ON CONFLICT DO NOTHING`,
    [names],
  )
}

const retentionText = (retention: TopicConfig['retention']): string =>
  typeof retention === 'string' ? retention : String(retention.days)

async function readHeads(tx: Tx, names: readonly string[]): Promise<Map<string, { start: number; next: number }[]>> {
  const rows = await tx.query<{ topic: string; partition: number; start: number; next: number }>(
    'SELECT topic, partition, start, next FROM log_heads WHERE topic = ANY($1::text[]) ORDER BY topic, partition',
    [names],
  )
  const heads = new Map<string, { start: number; next: number }[]>()
  for (const { topic, start, next } of rows) heads.set(topic, [...(heads.get(topic) ?? []), { start, next }])
  return heads
}

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

/**
 * Appends in one statement: the heads move on, locked in one order so that appends never wait for each other in a ring,
 * and the rows stand where the heads were. Answers where each append ended.
 */
async function append(tx: Tx, appends: readonly Append[]): Promise<End[]> {
  if (appends.length === 0) return []
  const rows = appends.flatMap(rowsOf)
  const moved = await tx.query<{ n: number; next: number }>(
    `WITH locked AS MATERIALIZED (
       SELECT h.topic, h.partition, h.next, w.n, w.count
       FROM unnest($1::text[], $2::integer[], $3::integer[]) WITH ORDINALITY AS w(topic, partition, count, n)
       JOIN log_heads h USING (topic, partition) ORDER BY h.topic, h.partition FOR UPDATE OF h
     ), moved AS (
       UPDATE log_heads h SET next = l.next + l.count FROM locked l WHERE h.topic = l.topic AND h.partition = l.partition
     ), written AS (
       INSERT INTO log (topic, partition, base, next, newest, bytes, records)
       SELECT l.topic, l.partition, l.next + r.base, l.next + r.next, r.newest, octet_length(r.records), r.records
       FROM unnest($4::integer[], $5::integer[], $6::integer[], $7::bigint[], $8::bytea[]) AS r(n, base, next, newest, records)
       JOIN locked l USING (n)
     )
     SELECT n, next + count AS next FROM locked`,
    [
      appends.map(({ topic }) => topic),
      appends.map(({ partition }) => partition),
      appends.map(({ records }) => records.length),
      rows.map(({ n }) => n),
      rows.map(({ base }) => base),
      rows.map(({ next }) => next),
      rows.map(({ newest }) => newest),
      rows.map(({ records }) => records),
    ],
  )
  const ends = new Map(moved.map(({ n, next }) => [n, next]))
  return appends.map(({ topic, partition }, i) => ({ topic, partition, end: ends.get(i + 1)! }))
}

/** The rows of one append. Offsets count from where the partition's head is; `n` says which append it is, from 1. */
interface Row {
  readonly n: number
  readonly base: number
  readonly next: number
  readonly newest: number
  readonly records: Buffer
}

function rowsOf({ records }: Append, index: number): Row[] {
  const rows: Row[] = []
  for (let base = 0; base < records.length; ) {
    let next = base
    let newest = Number.NEGATIVE_INFINITY
    for (let bytes = 0; next < records.length && (next === base || bytes < ROW_BYTES); next++) {
      const { key, value, timestamp } = records[next]!
      bytes += (key?.length ?? 0) + (value?.length ?? 0)
      newest = Math.max(newest, timestamp)
    }
    rows.push({ n: index + 1, base, next, newest, records: encodeRecords(records.slice(base, next)) })
    base = next
  }
  return rows
}

/** Records of several partitions from given offsets on, in one query; of each some rows, at least one where there is one. */
async function readPage(tx: Tx, wanted: readonly Wanted[]): Promise<LogRecord[][]> {
  const rows = await tx.query<{ n: number; base: number; records: Uint8Array }>(
    `SELECT w.n, p.base, p.records
     FROM unnest($1::text[], $2::integer[], $3::bigint[]) WITH ORDINALITY AS w(topic, partition, at, n)
     CROSS JOIN LATERAL (
       SELECT base, records, sum(bytes) OVER (ORDER BY next) - bytes AS before
       FROM (SELECT base, next, bytes, records FROM log l WHERE l.topic = w.topic AND l.partition = w.partition AND l.next > w.at ORDER BY l.next LIMIT 200) l
     ) p
     WHERE p.before < $4
     ORDER BY w.n, p.base`,
    [
      wanted.map(({ topic }) => topic),
      wanted.map(({ partition }) => partition),
      wanted.map(({ at }) => at),
      Math.ceil(PAGE_BYTES / wanted.length),
    ],
  )
  const pages: LogRecord[][] = wanted.map(() => [])
  for (const { n, base, records } of rows) {
    const { topic, partition, at } = wanted[n - 1]!
    for (const record of decodeRecords(records, { topic, partition, base })) if (record.offset >= at) pages[n - 1]!.push(record)
  }
  return pages
}

/** Deletes what may go and answers with the new starts of the partitions that lost something. */
async function prune(
  sql: Sql,
  now: number,
  passed: (topic: string, partition: number) => number,
): Promise<{ topic: string; partition: number; start: number }[]> {
  const heads = await sql.query<{ topic: string; partition: number; retention: string }>(
    `SELECT h.topic, h.partition, t.retention FROM log_heads h JOIN log_topics t USING (topic) WHERE t.retention <> 'keep' AND h.start < h.next`,
  )
  if (heads.length === 0) return []
  return sql.query(
    `WITH kept AS (
       SELECT h.topic, h.partition, coalesce(
         (SELECT l.base FROM log l WHERE l.topic = h.topic AND l.partition = h.partition AND (l.next > w.passed OR l.newest >= w.since) ORDER BY l.next LIMIT 1),
         h.next) AS start
       FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS w(topic, partition, passed, since) JOIN log_heads h USING (topic, partition)
     ), gone AS (
       DELETE FROM log l USING kept k WHERE l.topic = k.topic AND l.partition = k.partition AND l.next <= k.start
     )
     UPDATE log_heads h SET start = k.start FROM kept k WHERE h.topic = k.topic AND h.partition = k.partition AND h.start < k.start
     RETURNING h.topic, h.partition, h.start`,
    [
      heads.map(({ topic }) => topic),
      heads.map(({ partition }) => partition),
      heads.map(({ topic, partition }) => passed(topic, partition)),
      heads.map(({ retention }) => (retention === 'compact' ? null : Math.floor(now - Number(retention) * DAY_MS))),
    ],
  )
}
