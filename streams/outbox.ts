import { deadLetters } from '../schemas/topics.ts'
import type { Engine } from './engine.ts'
import { eventHeaders } from './event-headers.ts'
import type { LogRecord, NewRecord } from './log.ts'
import { markHeaders } from './marks.ts'
import { partitionOf } from './partition-of.ts'
import type { Output, Unreadable } from './processor.ts'

interface Pending {
  readonly output: Output
  readonly source: string
  readonly offset: number
  readonly n: number
  readonly timestamp: number
}

/**
 * Collects what one round says and turns it into records: sealed, encoded, addressed, marked with where they came from.
 *
 * Of an absolute topic only the newest record per key of a round is kept: it says all there is to say of the key, so what is left
 * out was never the last word, and whichever incarnation rounded differently, its newest stands for the same. Everything else goes out whole and in order, the same for every incarnation of its source.
 */
export class Outbox {
  private readonly engine: Engine
  private pending: Pending[] = []

  constructor(engine: Engine) {
    this.engine = engine
  }

  /** Adds what a record of a source led to; `n` counts on over all of that record's outputs. Timestamps are inherited, so a refold repeats them. */
  add(source: string, offset: number, timestamp: number, outputs: readonly Output[], n = 0): void {
    for (const output of outputs) this.pending.push({ output, source, offset, n: n++, timestamp })
  }

  /** The records of this round, in order; the outbox is empty afterwards. */
  async take(): Promise<NewRecord[]> {
    const pending = newestOfAbsolute(this.pending)
    this.pending = []
    const owners = pending.flatMap(({ output }) => (output.seal === undefined ? [] : [output.seal.owner]))
    if (owners.length > 0) await this.engine.keyring.create(owners)
    return pending.flatMap(p => this.records(p))
  }

  /** Drops what was added: the round it belongs to will be done again. */
  clear(): void {
    this.pending = []
  }

  private records({ output, source, offset, n, timestamp }: Pending): NewRecord[] {
    const { names, codec, keyring } = this.engine
    const { topic, key, seal } = output
    const value =
      seal === undefined
        ? output.value
        : { ...(output.value as object), sealed: keyring.seal(seal.owner, seal.id, seal.personal) }
    const count = names.partitions(topic)
    const partitions = output.everywhere ? Array.from({ length: count }, (_, i) => i) : [partitionOf(key, count)]
    const bytes = codec.encode(topic, value)
    const headers = { ...markHeaders(source, offset, n), ...eventHeaders(topic, value, timestamp) }
    return partitions.map(partition => ({ topic: names.of(topic), partition, key, value: bytes, headers, timestamp }))
  }
}

function newestOfAbsolute(pending: readonly Pending[]): readonly Pending[] {
  const newest = new Map<string, Pending>()
  for (const p of pending) if (p.output.topic.absolute) newest.set(`${p.output.topic.name}\u001f${p.output.key}`, p)
  if (newest.size === 0) return pending
  return pending.filter(p => !p.output.topic.absolute || newest.get(`${p.output.topic.name}\u001f${p.output.key}`) === p)
}

/** A record that could not be read, whole, with where it stood and why. */
export const deadLetter = (processor: string, record: LogRecord, { code, message }: Unreadable): Output => ({
  topic: deadLetters,
  key: record.key ?? '',
  value: {
    processor,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    code,
    message: message.slice(0, 1000),
    at: record.timestamp,
    key: record.key,
    value: record.value?.toString('base64') ?? '',
    headers: { ...record.headers },
  },
})
