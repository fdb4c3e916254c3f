import type { Topic } from '../schemas/topic.ts'
import { deadLetters } from '../schemas/topics.ts'
import type { Read } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import type { NewRecord } from './log.ts'
import { type Addressed, type FoldOrigin, pack } from './pack.ts'
import { partitionOf } from './partition-of.ts'
import type { Output, Unreadable } from './processor.ts'
import type { Trace } from './tracer.ts'

interface Pending {
  readonly output: Output
  readonly from: FoldOrigin
  readonly timestamp: number
  readonly trace: Trace | undefined
}

const NOTHING: FoldOrigin = { source: '', offset: -1, n: 0 }

/**
 * Collects what one round says and turns it into records: sealed, encoded, addressed, marked with where they came from.
 *
 * Of an absolute topic only the newest record per key of a round is kept: it says all there is to say of the key, so what is left
 * out was never the last word, and whichever incarnation rounded differently, its newest stands for the same. Everything else goes out
 * whole and in order, the same for every incarnation of its source.
 */
export class Outbox {
  private readonly engine: Engine
  private pending: Pending[] = []
  /** The last record that anything was added for, and how many outputs it has by now: those of a bundle count on under its offset. */
  private last = NOTHING

  constructor(engine: Engine) {
    this.engine = engine
  }

  /**
   * Adds what a record of a source led to; `n` counts on over all that came of its offset, in one round or, told so, over several.
   * Timestamps are inherited, so a refold repeats them.
   */
  add(
    source: string,
    offset: number,
    timestamp: number,
    outputs: readonly Output[],
    n = this.counted(source, offset),
    trace?: Trace,
  ): void {
    for (const output of outputs) this.pending.push({ output, from: { source, offset, n: n++ }, timestamp, trace })
    this.last = { source, offset, n }
  }

  private counted(source: string, offset: number): number {
    return this.last.source === source && this.last.offset === offset ? this.last.n : 0
  }

  /** The records of this round, in order within each partition; the outbox is empty afterwards. */
  async take(): Promise<NewRecord[]> {
    const { names, codec, keyring } = this.engine
    const pending = newestOfAbsolute(this.pending)
    this.clear()
    const owners: string[] = []
    for (const { output } of pending) if (output.seal !== undefined) owners.push(output.seal.owner)
    if (owners.length > 0) await keyring.create(owners)
    const addressed: Addressed[] = []
    for (const one of pending) this.address(one, addressed)
    return pack(addressed, names, codec)
  }

  /** Drops what was added: the round it belongs to will be done again. */
  clear(): void {
    this.pending = []
    this.last = NOTHING
  }

  private address({ output, from, timestamp, trace }: Pending, out: Addressed[]): void {
    const { names, keyring } = this.engine
    const { topic, key, seal } = output
    const value =
      seal === undefined
        ? output.value
        : { ...(output.value as object), sealed: keyring.seal(seal.owner, seal.id, seal.personal) }
    const count = names.partitions(topic)
    if (output.partition !== undefined)
      out.push({ topic, partition: output.partition, key, value, timestamp, from, alone: true, trace })
    else if (!output.everywhere)
      out.push({ topic, partition: partitionOf(key, count), key, value, timestamp, from, alone: false, trace })
    else
      for (let partition = 0; partition < count; partition++)
        out.push({ topic, partition, key, value, timestamp, from, alone: true, trace })
  }
}

function newestOfAbsolute(pending: readonly Pending[]): readonly Pending[] {
  const newest = new Map<Topic, Map<string, Pending>>()
  for (const p of pending) {
    const { topic, key } = p.output
    if (!topic.absolute) continue
    const keys = newest.get(topic)
    if (keys === undefined) newest.set(topic, new Map([[key, p]]))
    else keys.set(key, p)
  }
  if (newest.size === 0) return pending
  return pending.filter(p => newest.get(p.output.topic)?.get(p.output.key) === p || !p.output.topic.absolute)
}

/** A record that could not be read, whole, with where it stood and why. One of a bundle goes alone. */
export function deadLetter(
  processor: string,
  { record, bundled, key, at, outcome }: Read,
  { code, message }: Unreadable,
): Output {
  const { topic, partition, offset, headers } = record
  const value = bundled && 'value' in outcome ? Buffer.from(JSON.stringify(outcome.value)) : record.value
  return {
    topic: deadLetters,
    key: key ?? '',
    value: {
      processor,
      topic,
      partition,
      offset,
      code,
      message: message.slice(0, 1000),
      at,
      key,
      value: value?.toString('base64') ?? '',
      headers: { ...headers },
    },
  }
}
