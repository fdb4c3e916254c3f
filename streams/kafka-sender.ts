import { type Kafka, type Message, Partitioners, type Producer, type RecordMetadata } from 'kafkajs'
import type { Clock } from './clock.ts'
import { kafkaError } from './kafka-error.ts'
import type { End, NewRecord } from './log.ts'
import { LogUnavailable } from './log-unavailable.ts'
import { late, within } from './within.ts'

/** kafkajs makes one record batch of what a send has for a partition and never splits it: beyond either of these the rest waits for the next send. */
const BATCH_BYTES = 1 << 20
/** kafkajs gathers a partition's messages by copying the list for each, so the work grows with the square of their number. */
const BATCH_RECORDS = 2000
/** What a record costs beside key, value and headers: lengths, deltas, timestamp. */
const RECORD_BYTES = 40

/** A producer and how many sends are under way on it. A retired one is disconnected when its last send is over. */
interface Line {
  readonly producer: Producer
  readonly connected: Promise<void>
  sends: number
  retired: boolean
}

/**
 * Sends records, each list's parts one after the other, and believes only a complete answer: kafkajs resolves with an empty
 * list for a partition that does not exist. `kafka` must have `retries: 0`, because a send tried again can resolve
 * with a partition never written, or land behind a later one (engine rule 2).
 *
 * After a failure the next send goes through a new producer, so that neither a broken connection nor what still waits on it stays.
 */
export class KafkaSender {
  private readonly kafka: Kafka
  private readonly clock: Clock
  private readonly deadlineMs: number
  private line: Line | undefined

  constructor(kafka: Kafka, clock: Clock, deadlineMs: number) {
    this.kafka = kafka
    this.clock = clock
    this.deadlineMs = deadlineMs
  }

  async send(records: readonly NewRecord[]): Promise<End[]> {
    const expired = new AbortController()
    const ends = await within(this.clock, this.deadlineMs, this.sendParts(records, expired.signal))
    if (ends !== late) return ends
    expired.abort()
    if (this.line !== undefined) this.retire(this.line)
    throw new LogUnavailable(`publishing ${records.length} records: Kafka did not answer within ${this.deadlineMs} ms`)
  }

  async close(): Promise<void> {
    const { line } = this
    if (line === undefined) return
    this.line = undefined
    line.retired = true
    await within(this.clock, this.deadlineMs, line.producer.disconnect().catch(ignore))
  }

  private async sendParts(records: readonly NewRecord[], expired: AbortSignal): Promise<End[]> {
    const ends = new Map<string, End>()
    for (const part of parts(records)) {
      if (expired.aborted) break // the caller was told that it failed; sending the rest would only make it true later
      for (const end of await this.sendPart(part)) ends.set(`${end.topic}/${end.partition}`, end)
    }
    return [...ends.values()]
  }

  private async sendPart(records: readonly NewRecord[]): Promise<End[]> {
    const line = this.open()
    line.sends++
    try {
      await line.connected
      return checked(
        records,
        await line.producer.sendBatch({
          acks: -1,
          timeout: this.deadlineMs,
          topicMessages: byTopic(records, this.clock.now()),
        }),
      )
    } catch (error) {
      if (error instanceof IncompleteAnswer) throw error
      const failure = kafkaError(error, `publishing to ${[...new Set(records.map(({ topic }) => topic))].join(', ')}`)
      if (failure instanceof LogUnavailable) this.retire(line)
      throw failure
    } finally {
      line.sends--
      this.letGo(line)
    }
  }

  private open(): Line {
    if (this.line === undefined) {
      const producer = this.kafka.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner })
      const connected = producer.connect()
      connected.catch(ignore) // each send under way hears of it
      this.line = { producer, connected, sends: 0, retired: false }
    }
    return this.line
  }

  private retire(line: Line): void {
    if (this.line === line) this.line = undefined
    line.retired = true
    this.letGo(line)
  }

  private letGo(line: Line): void {
    if (line.retired && line.sends === 0) line.producer.disconnect().catch(ignore)
  }
}

/** Disconnecting what is broken may fail; there is nothing left to do about it. */
const ignore = () => {}

/** Kafka took the send and did not say of every partition that it was written. */
class IncompleteAnswer extends Error {}

/** Splits records so that none of a partition overtakes another and no partition gets more than a batch in one part. */
function parts(records: readonly NewRecord[]): NewRecord[][] {
  const parts: NewRecord[][] = []
  const filled = new Map<string, { part: number; bytes: number; records: number }>()
  for (const record of records) {
    const id = `${record.topic}/${record.partition}`
    const fill = filled.get(id) ?? { part: 0, bytes: 0, records: 0 }
    const bytes = size(record)
    if (fill.records > 0 && (fill.bytes + bytes > BATCH_BYTES || fill.records === BATCH_RECORDS)) {
      fill.part++
      fill.bytes = fill.records = 0
    }
    fill.bytes += bytes
    fill.records++
    filled.set(id, fill)
    const part = parts[fill.part]
    if (part === undefined) parts.push([record])
    else part.push(record)
  }
  return parts
}

function size({ key, value, headers }: NewRecord): number {
  let bytes = RECORD_BYTES + (value?.length ?? 0) + (key === null ? 0 : 3 * key.length)
  for (const name in headers) bytes += 3 * (name.length + headers[name]!.length) + 4
  return bytes
}

/**
 * Brokers refuse what is stamped more than an hour ahead. An instant inherited from inside a bundle, where no broker saw it, may be:
 * of an event that came while a clock had stepped. It would be refused until that instant comes.
 */
function byTopic(records: readonly NewRecord[], now: number): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>()
  for (const { topic, partition, key, value, headers, timestamp } of records) {
    const message = { partition, key, value, headers: { ...headers }, timestamp: String(Math.min(timestamp, now)) }
    const messages = topics.get(topic)
    if (messages === undefined) topics.set(topic, [message])
    else messages.push(message)
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }))
}

/** Where each partition ended, provided that Kafka answered for every one. */
function checked(records: readonly NewRecord[], answer: readonly RecordMetadata[]): End[] {
  const counts = new Map<string, { topic: string; partition: number; count: number }>()
  for (const { topic, partition } of records) {
    const id = `${topic}/${partition}`
    const counted = counts.get(id)
    if (counted === undefined) counts.set(id, { topic, partition, count: 1 })
    else counted.count++
  }
  const bases = new Map(
    answer.map(row => [`${row.topicName}/${row.partition}`, row.errorCode === 0 ? Number(row.baseOffset ?? -1) : -1]),
  )
  return [...counts].map(([id, { topic, partition, count }]) => {
    const base = bases.get(id) ?? -1
    if (!(base >= 0))
      throw new IncompleteAnswer(`publishing: Kafka did not say that ${id} was written; does it have that partition?`)
    return { topic, partition, end: base + count }
  })
}
