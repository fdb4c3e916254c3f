import type { Wanted } from './embedded-membership.ts'
import type { End, LogRecord, NewRecord, TopicConfig, TopicPartition } from './log.ts'
import { decodeRecords, encodeRecords } from './record-batch.ts'
import type { Sql, Tx } from './sql.ts'

/** A row of `log` holds about so many bytes, or one record that is larger. */
const ROW_BYTES = 256 << 10
/** What one query reads, over all partitions it is for; at least one row of each. */
const PAGE_BYTES = 4 << 20
const DAY_MS = 86_400_000

/** Records of one partition in the order they were given, cut into rows. */
export interface Append extends TopicPartition {
  readonly records: NewRecord[]
}

/** Makes topics with their heads. Throws when one is there with another partition count. */
export async function createTopics(tx: Tx, configs: readonly TopicConfig[]): Promise<void> {
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

/** Start and next offset of each partition, by topic; a topic that is not there is absent. */
export async function readHeads(tx: Tx, names: readonly string[]): Promise<Map<string, { start: number; next: number }[]>> {
  const rows = await tx.query<{ topic: string; partition: number; start: number; next: number }>(
    'SELECT topic, partition, start, next FROM log_heads WHERE topic = ANY($1::text[]) ORDER BY topic, partition',
    [names],
  )
  const heads = new Map<string, { start: number; next: number }[]>()
  for (const { topic, start, next } of rows) heads.set(topic, [...(heads.get(topic) ?? []), { start, next }])
  return heads
}

/**
 * Appends in one statement: the heads move on, locked in one order so that appends never wait for each other in a ring,
 * and the rows stand where the heads were. Answers where each append ended.
 */
export async function append(tx: Tx, appends: readonly Append[]): Promise<End[]> {
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
export async function readPage(tx: Tx, wanted: readonly Wanted[]): Promise<LogRecord[][]> {
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
export async function prune(
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
