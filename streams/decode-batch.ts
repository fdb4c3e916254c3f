import type { Topic } from '../schemas/topic.ts'
import type { Codec, Decoded } from './codec.ts'
import type { Batch, LogRecord } from './log.ts'
import { type Marked, markOf } from './marks.ts'
import type { Unreadable } from './processor.ts'
import { sampled, type Trace } from './tracer.ts'

/** A record as the processors meet it. Those of a bundle share its record, with offset and bytes; `key` and `at` are their own. */
export interface Read {
  readonly record: LogRecord
  readonly bundled: boolean
  readonly key: string | null
  /** Epoch ms when it was appended first. */
  readonly at: number
  readonly mark: Marked | undefined
  readonly trace: Trace | undefined
  readonly outcome: { readonly value: unknown } | { readonly unreadable: Unreadable }
}

/** Records of one partition from offset `from`, decoded; `next` is where to read on after the last of them. */
export interface Slice {
  readonly partition: number
  readonly from: number
  readonly reads: readonly Read[]
  readonly next: number
}

/**
 * Decodes fetched batches until there are at least `most` records, and answers what is left of them. A registry that does not answer
 * makes it throw: that pauses, it does not make dead letters.
 */
export async function decodeBatch(
  codec: Codec,
  topic: Topic,
  batches: readonly Batch[],
  most = Number.POSITIVE_INFINITY,
): Promise<{ slices: Slice[]; rest: Batch[] }> {
  const slices: Slice[] = []
  let count = 0
  for (const [i, batch] of batches.entries()) {
    const reads: Read[] = []
    for (const [at, record] of batch.records.entries()) {
      if (count + reads.length >= most) {
        const { offset } = record
        slices.push({ partition: batch.partition, from: batch.from, reads, next: offset })
        return { slices, rest: [{ ...batch, from: offset, records: batch.records.slice(at) }, ...batches.slice(i + 1)] }
      }
      await readRecord(codec, topic, record, reads)
    }
    count += reads.length
    slices.push({ partition: batch.partition, from: batch.from, reads, next: batch.next })
  }
  return { slices, rest: [] }
}

async function readRecord(codec: Codec, topic: Topic, record: LogRecord, reads: Read[]): Promise<void> {
  const { key, timestamp, headers } = record
  const decoded = record.value === null ? NO_VALUE : codec.decode(topic, record.value)
  if ('ask' in decoded) {
    await codec.learn(decoded.ask)
    return readRecord(codec, topic, record, reads)
  }
  if (!('bundle' in decoded)) {
    const trace = sampled(headers.traceparent)
    reads.push({ record, bundled: false, key, at: timestamp, mark: markOf(headers), trace, outcome: decoded })
    return
  }
  const { ce_source: source } = headers
  for (const { key, at, mark, trace, value } of decoded.bundle) {
    const marked = source === undefined || mark === undefined ? undefined : { source, mark }
    reads.push({ record, bundled: true, key, at, mark: marked, trace: sampled(trace), outcome: { value } })
  }
}

const NO_VALUE: Decoded = { unreadable: { code: 'record_unreadable', message: 'the record has no value' } }
