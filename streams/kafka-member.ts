import type {
  Consumer,
  ConsumerCrashEvent,
  ConsumerGroupJoinEvent,
  ConsumerStartBatchProcessEvent,
  EachBatchPayload,
  IHeaders,
  KafkaMessage,
} from 'kafkajs'
import type { Clock } from './clock.ts'
import { kafkaError } from './kafka-error.ts'
import { Inbox } from './kafka-inbox.ts'
import type { LogRecord, Membership, Signal, TopicPartition } from './log.ts'
import { Setback } from './setback.ts'
import { within } from './within.ts'

/** While a batch waits for room the group hears of us this often; kafkajs itself sends no more than its `heartbeatInterval` allows. */
const BEAT_MS = 200
/** How often lag tools are told at most. */
const COMMIT_MS = 500
const LEAVE_MS = 5000
/** Whoever follows is not in the way of an answer. What comes to it in drops is fetched this many ms apart, for each fetch costs client and broker. */
const GATHER_MS = 20
/** Of a partition, so few records. */
const DROPS = 100

export interface Seat {
  readonly consumer: Consumer
  readonly group: string
  readonly topics: readonly string[]
  /** How many partitions the topics have together. */
  readonly partitions: number
  readonly clock: Clock
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
  readonly bounds: (topic: string) => Promise<{ start: number; end: number }[]>
  /** False for followers, whose group ends with its only member: nobody would read its offsets. */
  readonly tells: boolean
  readonly onLeft: () => void
}

/** Where a partition is read. Each `start` makes a new one: what was fetched for another is told by that. */
interface Position extends TopicPartition {
  /** The offset expected next from Kafka. */
  next: number
  /** False until kafkajs has been sent there. */
  sought: boolean
}

/**
 * A kafkajs consumer as a line of signals. What kafkajs believes about positions is never trusted: it resumes at committed
 * offsets, or at an end of the log. So every assigned partition is paused before its first fetch, sought where `start` says,
 * and a batch is taken only when it was fetched from exactly the offset expected.
 */
export class KafkaMember implements Membership {
  private readonly seat: Seat
  private readonly inbox: Inbox
  private readonly positions = new Map<string, Position>()
  private readonly uncommitted = new Map<string, TopicPartition & { offset: number }>()
  private readonly setback: Setback
  private readonly gone = new AbortController()
  private committing: Promise<void> | undefined
  /** Until the next fetch may begin. */
  private gathering: Promise<void> | undefined
  private leaving: Promise<void> | undefined

  constructor(seat: Seat) {
    this.seat = seat
    this.inbox = new Inbox(seat.clock)
    this.setback = new Setback(seat.clock)
  }

  /** Joins. Resolves once partitions are assigned, or when Kafka has none to assign yet; rejects when it can not be joined. */
  async run(): Promise<void> {
    const { consumer, topics, partitions } = this.seat
    consumer.on(consumer.events.REBALANCING, () => this.rebalancing())
    consumer.on(consumer.events.GROUP_JOIN, event => this.joined(event))
    consumer.on(consumer.events.CRASH, event => this.crashed(event))
    consumer.on(consumer.events.START_BATCH_PROCESS, event => this.skipped(event))
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: partitions, // each batch is handed over as soon as it is fetched
      eachBatch: payload => this.fetched(payload),
    })
    this.inbox.check() // what Kafka refuses for good, such as too short a session, ends `run` without an error
  }

  next(limit: number, waitMs: number): Promise<Signal | undefined> {
    const back = this.setback.noticed()
    // kafkajs times its heartbeats by the wall clock: it would send none until that has caught up, and the group would go on without us.
    if (back !== undefined) this.inbox.fail(new Error(`the clock of this machine was set back by ${Math.round(back / 1000)} s`))
    return this.inbox.next(limit, waitMs)
  }

  start({ topic, partition, offset }: TopicPartition & { offset: number }): void {
    if (!this.inbox.owns({ topic, partition })) return // revoked meanwhile: the loop will hear of it
    this.inbox.drop({ topic, partition })
    this.seek({ topic, partition, next: offset, sought: false })
  }

  committed(positions: readonly (TopicPartition & { offset: number })[]): void {
    if (!this.seat.tells || this.leaving !== undefined) return
    for (const position of positions) this.uncommitted.set(id(position), position)
    this.committing ??= this.commit()
  }

  leave(): Promise<void> {
    this.leaving ??= this.disconnect()
    return this.leaving
  }

  private async disconnect(): Promise<void> {
    const { clock, consumer } = this.seat
    this.gone.abort()
    this.positions.clear()
    this.inbox.clear()
    await within(
      clock,
      LEAVE_MS,
      this.tell()
        .then(() => consumer.disconnect())
        .catch(ignore),
    )
    this.inbox.end()
    this.seat.onLeft()
  }

  /** The group will not give our partitions to others before we join again, which comes after this: nobody reads what we still hand out. */
  private rebalancing(): void {
    if (this.gone.signal.aborted) return
    this.positions.clear()
    this.inbox.rebalanced([])
  }

  /** kafkajs does not wait for this handler, but calls it before it fetches: when it returns nothing is fetched that was not started. */
  private joined({ payload }: ConsumerGroupJoinEvent): void {
    if (this.leftAgain()) return
    const assigned = Object.entries(payload.memberAssignment).map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions],
    }))
    this.positions.clear()
    this.seat.consumer.pause(assigned)
    this.inbox.rebalanced(assigned.flatMap(({ topic, partitions }) => partitions.map(partition => ({ topic, partition }))))
  }

  /** kafkajs gave up. With `restart` it joins again by itself; without, the membership is over. */
  private crashed({ payload }: ConsumerCrashEvent): void {
    if (this.leftAgain()) return
    if (!payload.restart) this.inbox.fail(kafkaError(payload.error, `reading in group ${this.seat.group}`))
  }

  /** A consumer that was just joining while it was told to disconnect would stay in the group for good. */
  private leftAgain(): boolean {
    const left = this.gone.signal.aborted
    if (left) setImmediate(() => this.seat.consumer.disconnect().catch(ignore))
    return left
  }

  /**
   * Sends kafkajs to a position. Not at once: a batch on its way through kafkajs's promises would pass for one fetched from there.
   * After a turn of the event loop the pause has kept all such batches away.
   */
  private seek(position: Position): void {
    const { topic, partition } = position
    const { consumer } = this.seat
    this.positions.set(id(position), position)
    if (!this.whileRunning(() => consumer.pause([{ topic, partitions: [partition] }]))) return
    setImmediate(() => {
      if (this.positions.get(id(position)) !== position) return
      position.sought = this.whileRunning(() => {
        consumer.seek({ topic, partition, offset: String(position.next) })
        consumer.resume([{ topic, partitions: [partition] }])
      })
    })
  }

  /** Between a crash and the next join kafkajs takes no orders; none is needed, since joining assigns everything anew. */
  private whileRunning(order: () => void): boolean {
    try {
      order()
      return true
    } catch {
      return false
    }
  }

  private async fetched({ batch, heartbeat, isRunning, isStale, resolveOffset }: EachBatchPayload): Promise<void> {
    const position = this.positions.get(id(batch))
    if (position === undefined || !position.sought || isStale()) return
    const { fetchedOffset } = batch as typeof batch & { fetchedOffset: string } // there, though not declared
    if (Number(fetchedOffset) !== position.next) return this.astray(position)
    const last = batch.lastOffset()
    const { topic, partition } = batch
    const records = batch.messages.map(message => toRecord(batch, message))
    this.inbox.add({ topic, partition, from: position.next, next: Number(last) + 1, records })
    position.next = Number(last) + 1
    resolveOffset(last)
    if (!this.seat.tells && records.length < DROPS) await this.gather()
    while (this.inbox.full() && isRunning() && this.positions.get(id(batch)) === position) {
      await this.inbox.roomier(BEAT_MS)
      await heartbeat() // throws when the group rebalances; kafkajs must see that, to join again
    }
  }

  /** kafkajs fetches again when all that was fetched is taken care of: what comes meanwhile comes together. */
  private gather(): Promise<void> {
    this.gathering ??= this.seat.clock.sleep(GATHER_MS, this.gone.signal).finally(() => {
      this.gathering = undefined
    })
    return this.gathering
  }

  /** Batches of control or aborted records only pass by without `fetched`, and so do offsets that compaction has emptied: the position goes past them. */
  private skipped({ payload: { topic, partition, batchSize, firstOffset, lastOffset } }: ConsumerStartBatchProcessEvent): void {
    if (batchSize > 0) return
    const position = this.positions.get(id({ topic, partition }))
    const [from, next] = [Number(firstOffset ?? lastOffset), Number(lastOffset) + 1]
    if (position === undefined || !position.sought || from < position.next) return
    this.inbox.add({ topic, partition, from: position.next, next, records: [] })
    position.next = next
  }

  /** kafkajs reads on from elsewhere when the log has no such offset: deleted by retention, or beyond the end. */
  private async astray(position: Position): Promise<void> {
    const { topic, partition, next } = position
    position.sought = false
    try {
      const bounds = (await this.seat.bounds(topic))[partition]
      if (this.positions.get(id(position)) !== position) return
      if (bounds === undefined || next > bounds.end)
        throw new Error(`${topic}/${partition} was to be read from ${next}, but ends at ${bounds?.end ?? 0}`)
      if (next < bounds.start) {
        this.seat.warn('records were deleted before they were read', {
          group: this.seat.group,
          topic,
          partition,
          from: next,
          to: bounds.start,
        })
        this.inbox.add({ topic, partition, from: next, next: bounds.start, records: [] })
      }
      this.seek({ topic, partition, next: Math.max(next, bounds.start), sought: false })
    } catch (error) {
      this.inbox.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  private async commit(): Promise<void> {
    while (this.uncommitted.size > 0 && !this.gone.signal.aborted) {
      await this.tell()
      await this.seat.clock.sleep(COMMIT_MS, this.gone.signal)
    }
    this.committing = undefined
  }

  /** A commit that fails, because the group just rebalances or Kafka is away, is made good by the next: only lag tools read it. */
  private async tell(): Promise<void> {
    const positions = [...this.uncommitted.values()]
    this.uncommitted.clear()
    if (positions.length === 0) return
    await this.seat.consumer
      .commitOffsets(positions.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })))
      .catch(ignore)
  }
}

const ignore = () => {}

const id = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`

function toRecord({ topic, partition }: TopicPartition, { offset, key, value, headers, timestamp }: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(offset),
    key: key === null ? null : key.toString('utf8'),
    value,
    headers: toHeaders(headers),
    timestamp: Number(timestamp),
  }
}

/** Headers are bytes, may come twice and may have no value: the last one counts, and none is empty text. */
function toHeaders(headers: IHeaders | undefined): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    const last = Array.isArray(value) ? value.at(-1) : value
    texts[name] = last?.toString('utf8') ?? ''
  }
  return texts
}
