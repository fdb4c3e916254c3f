import type { Topic } from '../schemas/topic.ts'
import type { Codec } from './codec.ts'
import type { Batch, LogRecord } from './log.ts'
import type { Unreadable } from './processor.ts'

/** A record as the processors meet it. */
export interface Read {
  readonly record: LogRecord
  readonly outcome: { readonly value: unknown } | { readonly unreadable: Unreadable }
}

/** Records of one partition, decoded; `next` is where to read on after the last of them. */
export interface Slice {
  readonly partition: number
  readonly reads: readonly Read[]
  readonly next: number
}

/** Decodes fetched batches. A registry that does not answer makes it throw: that pauses, it does not make dead letters. */
export async function decodeBatch(codec: Codec, topic: Topic, batches: readonly Batch[]): Promise<Slice[]> {
  const slices: Slice[] = []
  for (const { partition, records, next } of batches) {
    const reads: Read[] = []
    for (const record of records) reads.push({ record, outcome: await decodeRecord(codec, topic, record) })
    slices.push({ partition, reads, next })
  }
  return slices
}

function decodeRecord(codec: Codec, topic: Topic, record: LogRecord): Read['outcome'] | Promise<Read['outcome']> {
  if (record.value === null) return { unreadable: { code: 'record_unreadable', message: 'the record has no value' } }
  const decoded = codec.decode(topic, record.value)
  if (!('ask' in decoded)) return decoded
  return codec.learn(decoded.ask).then(() => decodeRecord(codec, topic, record))
}
