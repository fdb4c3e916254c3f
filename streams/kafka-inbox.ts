import { type Bell, bell } from './bell.ts'
import type { Clock } from './clock.ts'
import type { Batch, LogRecord, Signal, TopicPartition } from './log.ts'

/** Nothing more is fetched while a member has this much waiting. */
const FULL_RECORDS = 8000
const FULL_BYTES = 8 << 20

/**
 * What waits for a member's loop: kafkajs calls whenever it likes, and here its calls become one line.
 * A rebalance drops all records that wait, so its signals are always first.
 */
export class Inbox {
  private readonly clock: Clock
  private readonly arrival: Bell
  private readonly waiting = new Set<() => void>()
  private signals: Signal[] = []
  private batches: Batch[] = []
  private records = 0
  private bytes = 0
  /** What the loop believes to own: assigned and not revoked by signals it has taken. */
  private told: readonly TopicPartition[] = []
  private failure: Error | undefined
  private ended = false

  constructor(clock: Clock) {
    this.clock = clock
    this.arrival = bell(clock)
  }

  async next(limit: number, waitMs: number): Promise<Signal | undefined> {
    const deadline = this.clock.monotonic() + waitMs
    while (true) {
      const signal = this.take(limit)
      const ms = deadline - this.clock.monotonic()
      if (signal !== undefined || ms <= 0) return signal
      await this.arrival.wait(ms)
    }
  }

  /** True of a partition that the loop was told is its own, when no rebalance waits to be heard of. */
  owns({ topic, partition }: TopicPartition): boolean {
    return this.signals.length === 0 && this.told.some(own => own.topic === topic && own.partition === partition)
  }

  /** A new assignment: what waits belongs to the old one, also signals nobody has heard. */
  rebalanced(partitions: readonly TopicPartition[]): void {
    this.clear()
    if (this.told.length > 0) this.signals.push({ type: 'revoked', partitions: this.told })
    if (partitions.length > 0) this.signals.push({ type: 'assigned', partitions })
    this.arrival.ring()
  }

  add(batch: Batch): void {
    this.batches.push(batch)
    this.weigh(batch.records, 1)
    this.arrival.ring()
  }

  drop({ topic, partition }: TopicPartition): void {
    const kept = this.batches.filter(batch => batch.topic !== topic || batch.partition !== partition)
    for (const batch of this.batches) if (!kept.includes(batch)) this.weigh(batch.records, -1)
    this.batches = kept
    this.wake()
  }

  clear(): void {
    this.signals = []
    this.batches = []
    this.records = this.bytes = 0
    this.wake()
  }

  full(): boolean {
    return this.records >= FULL_RECORDS || this.bytes >= FULL_BYTES
  }

  /** Until something was taken or dropped, `ms` at most. Any number may wait. */
  async roomier(ms: number): Promise<void> {
    const woken = new AbortController()
    const wake = () => woken.abort(null) // as in bell.ts
    this.waiting.add(wake)
    await this.clock.sleep(ms, woken.signal)
    this.waiting.delete(wake)
  }

  fail(error: Error): void {
    this.failure ??= error
    this.arrival.ring()
  }

  /** Throws what `fail` was told. */
  check(): void {
    if (this.failure !== undefined) throw this.failure
  }

  end(): void {
    this.clear()
    this.ended = true
    this.arrival.ring()
  }

  private take(limit: number): Signal | undefined {
    if (this.ended) return { type: 'left' }
    this.check()
    const signal = this.signals.shift()
    if (signal === undefined) return this.batches.length === 0 ? undefined : { type: 'records', batches: this.takeRecords(limit) }
    this.told = signal.type === 'assigned' ? signal.partitions : []
    return signal
  }

  /** The oldest batches, those of one partition made one, cut where the limit is. */
  private takeRecords(limit: number): Batch[] {
    const taken = new Map<string, { next: number; readonly first: Batch; readonly records: LogRecord[] }>()
    let left = limit
    while (left > 0 && this.batches.length > 0) {
      const [head, rest] = cut(this.batches.shift()!, left)
      if (rest !== undefined) this.batches.unshift(rest)
      const id = `${head.topic}/${head.partition}`
      const before = taken.get(id)
      if (before === undefined) taken.set(id, { first: head, next: head.next, records: [...head.records] })
      else {
        before.next = head.next
        for (const record of head.records) before.records.push(record)
      }
      this.weigh(head.records, -1)
      left -= head.records.length
    }
    this.wake()
    return [...taken.values()].map(({ first, next, records }) => ({ ...first, next, records }))
  }

  private wake(): void {
    for (const wake of this.waiting) wake()
  }

  private weigh(records: readonly LogRecord[], sign: 1 | -1): void {
    this.records += sign * records.length
    for (const { value } of records) this.bytes += sign * (value?.length ?? 0)
  }
}

/** The first `count` records of a batch, and the rest. Together they cover the same offsets. */
function cut(batch: Batch, count: number): [Batch, Batch?] {
  const first = batch.records[count]
  if (first === undefined) return [batch]
  const at = first.offset
  return [
    { ...batch, next: at, records: batch.records.slice(0, count) },
    { ...batch, from: at, records: batch.records.slice(count) },
  ]
}
