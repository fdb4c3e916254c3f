import { randomUUID } from 'node:crypto'
import { type Admin, type ISocketFactory, Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import type { Clock } from './clock.ts'
import { kafkaError } from './kafka-error.ts'
import { KafkaMember } from './kafka-member.ts'
import { KafkaSender } from './kafka-sender.ts'
import type { End, Log, Membership, NewRecord, TopicConfig } from './log.ts'
import type { OpenTx, Sql } from './sql.ts'

type Warn = (message: string, details: Readonly<Record<string, unknown>>) => void

export interface KafkaLogOptions {
  readonly brokers: readonly string[]
  /** Names this process in the brokers' logs and metrics. */
  readonly clientId: string
  readonly clock: Clock
  /** A member that is silent this long has lost its partitions, in ms; 10,000 unless told otherwise. Not below the brokers' own minimum. */
  readonly sessionTimeoutMs?: number
  /** Of topics that are created. -1, the default, leaves it to the brokers. */
  readonly replicationFactor?: number
  /** Hears what kafkajs warns of; most of it passes by itself. Nobody does unless told otherwise. */
  readonly warn?: Warn
  /** Makes the connections. Only tests pass it, to break them. */
  readonly socketFactory?: ISocketFactory
}

/** `acks=all` must have come by then (engine promise 1). */
const PUBLISH_MS = 5000
/** How long Kafka holds a fetch that finds nothing. */
const FETCH_WAIT_MS = 200
const HEARTBEAT_MS = 500
/** A fetch is decoded in one go, about 10 µs a record: more at once would keep everything else waiting. */
const FETCH_BYTES = 2 << 20
const FETCH_PARTITION_BYTES = 1 << 20
/** Brokers refuse a batch above this; ours are far smaller, unless one record is as large. */
const MAX_MESSAGE_BYTES = 8 << 20
const DAY_MS = 86_400_000
/** How long new topics may take to get their leaders. */
const LEADERS_MS = 30_000
const WARN_AGAIN_MS = 10_000

/** Opens the log that is Kafka. Rejects with `LogUnavailable`, naming the brokers, when none of them answers. */
export async function kafkaLog(options: KafkaLogOptions): Promise<Log> {
  const log = new KafkaLog(options)
  await log.connect()
  return log
}

class KafkaLog implements Log {
  private readonly options: KafkaLogOptions
  private readonly kafka: Kafka
  private readonly admin: Admin
  private readonly sender: KafkaSender
  private readonly members = new Set<Membership>()

  constructor(options: KafkaLogOptions) {
    this.options = options
    const common = client(options)
    this.kafka = new Kafka({
      ...common,
      requestTimeout: 10_000,
      retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 5 },
    })
    this.admin = this.kafka.admin()
    this.sender = new KafkaSender(
      new Kafka({ ...common, requestTimeout: PUBLISH_MS, retry: { retries: 0 } }),
      options.clock,
      PUBLISH_MS,
    )
  }

  async connect(): Promise<void> {
    await this.admin.connect().catch(error => {
      throw kafkaError(error, `Kafka does not answer at ${this.options.brokers.join(', ')}`)
    })
  }

  async createTopics(topics: readonly TopicConfig[]): Promise<void> {
    const admin = this.kafka.admin() // its own: it changes the metadata that others read through
    try {
      await admin.connect()
      const there = new Set(await admin.listTopics())
      const missing = topics.filter(({ name }) => !there.has(name))
      if (missing.length > 0) {
        await admin.createTopics({ topics: missing.map(topic => this.creation(topic)), waitForLeaders: false })
        for (const { name } of missing) await this.answered(name)
      }
      const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) })
      const counts = new Map(found.map(({ name, partitions }) => [name, partitions.length]))
      for (const topic of topics) refuseOtherCount(topic, counts.get(topic.name) ?? 0)
    } catch (error) {
      throw error instanceof OtherCount ? error : kafkaError(error, 'creating topics')
    } finally {
      await admin.disconnect()
    }
  }

  /** Waits until every partition of a topic just made has a leader: until then it can be neither read nor written. kafkajs's own waiting ends with an error where a busy broker does not know the topic at once. */
  private async answered(topic: string): Promise<void> {
    const { clock } = this.options
    for (const until = clock.monotonic() + LEADERS_MS; ; await clock.sleep(100)) {
      try {
        await this.offsets(topic)
        return
      } catch (error) {
        if (clock.monotonic() > until) throw error
      }
    }
  }

  async offsets(topic: string): Promise<{ start: number; end: number }[]> {
    const rows = await this.admin.fetchTopicOffsets(topic).catch(error => {
      throw kafkaError(error, `reading the offsets of ${topic}`)
    })
    return rows.sort((a, b) => a.partition - b.partition).map(({ low, high }) => ({ start: Number(low), end: Number(high) }))
  }

  async publish(records: readonly NewRecord[]): Promise<End[]> {
    return records.length === 0 ? [] : this.sender.send(records)
  }

  async publishAndCommit<T>(
    records: readonly NewRecord[],
    sql: Sql,
    commit: (tx: OpenTx, ends: End[]) => Promise<T>,
  ): Promise<T> {
    const ends = await this.publish(records)
    return sql.transaction(tx => commit(tx, ends))
  }

  join(group: string, topics: readonly string[]): Promise<Membership> {
    return this.sit(group, topics, true)
  }

  /** Kafka reads through groups only; one that has a single member and tells no offsets is gone when it leaves. */
  follow(topics: readonly string[]): Promise<Membership> {
    return this.sit(`${this.options.clientId}.follow.${randomUUID()}`, topics, false)
  }

  async close(): Promise<void> {
    await Promise.all([...this.members].map(member => member.leave()))
    await Promise.all([this.sender.close(), this.admin.disconnect()])
  }

  private async sit(group: string, topics: readonly string[], tells: boolean): Promise<Membership> {
    const { clock, warn = silent, sessionTimeoutMs = 10_000 } = this.options
    const bounds = (topic: string) => this.offsets(topic)
    const partitions = (await Promise.all(topics.map(bounds))).flat().length
    const consumer = this.kafka.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: FETCH_PARTITION_BYTES,
      allowAutoTopicCreation: false,
    })
    const onLeft = () => this.members.delete(member)
    const member: KafkaMember = new KafkaMember({ consumer, group, topics, partitions, clock, warn, bounds, tells, onLeft })
    this.members.add(member)
    try {
      await member.run()
      return member
    } catch (error) {
      await member.leave()
      throw kafkaError(error, `joining group ${group}`)
    }
  }

  private creation({ name, partitions, retention, largest = MAX_MESSAGE_BYTES, stamped }: TopicConfig) {
    const keep =
      retention === 'compact'
        ? []
        : [{ name: 'retention.ms', value: String(retention === 'keep' ? -1 : retention.days * DAY_MS) }]
    return {
      topic: name,
      numPartitions: partitions,
      replicationFactor: this.options.replicationFactor ?? -1,
      configEntries: [
        { name: 'cleanup.policy', value: retention === 'compact' ? 'compact' : 'delete' },
        { name: 'max.message.bytes', value: String(largest) },
        ...keep,
        ...(stamped === undefined ? [] : [{ name: 'message.timestamp.type', value: 'LogAppendTime' }]),
      ],
    }
  }
}

/** A topic's partition count is chosen once: keys would move to other partitions. */
class OtherCount extends Error {}

function refuseOtherCount({ name, partitions }: TopicConfig, found: number): void {
  if (found === partitions) return
  throw new OtherCount(
    `topic ${name} has ${found} partitions, ${partitions} are configured: configure ${found}, or choose another topic prefix to start anew with ${partitions}`,
  )
}

function client({ brokers, clientId, clock, warn = silent, socketFactory }: KafkaLogOptions): KafkaConfig {
  const warnSparingly = sparing(clock, warn)
  return {
    brokers: [...brokers],
    clientId,
    connectionTimeout: 2000,
    ...(socketFactory === undefined ? {} : { socketFactory }),
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _, ...details } }) =>
        warnSparingly(`kafka: ${message}`, { ...details, logger: `kafkajs.${namespace}` }),
  }
}

/** While a broker is away every client says so several times a second; the same words once in a while are enough. */
function sparing(clock: Clock, warn: Warn): Warn {
  const until = new Map<string, number>()
  return (message, details) => {
    const words = message.replaceAll(/[\d.]+/g, '#')
    const now = clock.monotonic()
    if (now < (until.get(words) ?? Number.NEGATIVE_INFINITY)) return
    until.set(words, now + WARN_AGAIN_MS)
    warn(message, details)
  }
}

const silent = () => {}
