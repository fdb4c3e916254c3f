import type { OpenTx, Sql } from './sql.ts'

export type Headers = Readonly<Record<string, string>>

/** A record as the log has it. `key` and `value` null: none, a tombstone. `timestamp`: epoch ms when it was appended first. */
export interface LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Headers
  readonly timestamp: number
}

/** A record on its way. The partition is the sender's choice: `partitionOf(key, count)` for keyed ones. */
export type NewRecord = Omit<LogRecord, 'offset'>

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Where a write ended: for each topic-partition written, the offset after its last record. */
export interface End extends TopicPartition {
  readonly end: number
}

export interface TopicConfig {
  readonly name: string
  readonly partitions: number
  /** How long records are kept: for good, for some days, or only the newest of each key. */
  readonly retention: { readonly days: number } | 'keep' | 'compact'
  /** The largest record it takes, in bytes; 8 MiB unless told otherwise. */
  readonly largest?: number
  /** Whoever writes says what time it is; what the log itself says is believed instead, where it has a clock. */
  readonly stamped?: 'by the log'
}

/** Records of one partition, fetched from offset `from`; `next` is where to read on (past gaps that markers and compaction leave). */
export interface Batch extends TopicPartition {
  readonly from: number
  readonly next: number
  readonly records: readonly LogRecord[]
}

/**
 * What a member is told, one thing after the other: rebalances come in line with data (engine promise 6).
 * After `assigned` nothing of those partitions comes until `start` said from where; after `revoked` nothing comes any more.
 */
export type Signal =
  | { readonly type: 'assigned'; readonly partitions: readonly TopicPartition[] }
  | { readonly type: 'revoked'; readonly partitions: readonly TopicPartition[] }
  | { readonly type: 'records'; readonly batches: readonly Batch[] }
  | { readonly type: 'left' }

/** A seat in a consumer group, or, by `follow`, a private reader of every partition. */
export interface Membership {
  /**
   * The next signal. `records` brings what has arrived by now, at most `limit` records over all partitions, none of it twice
   * in one assignment. Undefined when nothing came within `waitMs`. `left` once after `leave`. Throws when the log is out of reach for good.
   */
  next(limit: number, waitMs: number): Promise<Signal | undefined>
  /** From which offset to read an assigned partition; also to read it again. What was fetched for it before is dropped. */
  start(position: TopicPartition & { offset: number }): void
  /** Tells lag tools how far a group is. Offsets in Postgres are the truth; losing this loses nothing. */
  committed(positions: readonly (TopicPartition & { offset: number })[]): void
  leave(): Promise<void>
}

/** An append-only log of topics: Kafka, or Postgres tables in one process. One contract suite holds both (test/contracts/log.ts). */
export interface Log {
  /** Creates what is missing. Throws when a topic is there with another partition count. */
  createTopics(topics: readonly TopicConfig[]): Promise<void>
  /** First and next offset of each partition, by partition number. */
  offsets(topic: string): Promise<{ start: number; end: number }[]>
  /**
   * Appends, in order within each partition, and answers once it is durable (`acks=all`; 5 s at most). All or an error: after an error
   * any part may have been written. One call in flight per source partition keeps every incarnation's order (engine rule 2).
   */
  publish(records: readonly NewRecord[]): Promise<End[]>
  /**
   * Appends records and commits the state they came from: `commit` runs in a transaction and gets where the records ended.
   * Kafka: published first, so a crash between the two publishes them again. Embedded: one transaction.
   */
  publishAndCommit<T>(records: readonly NewRecord[], sql: Sql, commit: (tx: OpenTx, ends: End[]) => Promise<T>): Promise<T>
  join(group: string, topics: readonly string[]): Promise<Membership>
  follow(topics: readonly string[]): Promise<Membership>
  close(): Promise<void>
}
