import type { Topic } from '../../schemas/topic.ts'
import type { Codec } from '../../streams/codec.ts'
import { decodeBatch, type Read } from '../../streams/decode-batch.ts'
import type { Log } from '../../streams/log.ts'
import type { TopicNames } from '../../streams/topic-names.ts'

export interface TopicReader {
  readonly log: Log
  readonly names: TopicNames
  readonly codec: Codec
}

const AT_ONCE = 5000
const WAIT_MS = 1000

/** Everything on a topic at the moment of the call, from its beginning, as it arrives: partitions come mixed, each in its own order. */
export async function* wholeTopic({ log, names, codec }: TopicReader, topic: Topic): AsyncGenerator<readonly Read[]> {
  const name = names.of(topic)
  const bounds = await log.offsets(name)
  const reached = bounds.map(({ start }) => start)
  if (bounds.every(({ start, end }) => start >= end)) return
  const reader = await log.follow([name])
  try {
    while (reached.some((at, partition) => at < bounds[partition]!.end)) {
      const signal = await reader.next(AT_ONCE, WAIT_MS)
      if (signal?.type === 'assigned')
        for (const { partition } of signal.partitions) reader.start({ topic: name, partition, offset: reached[partition]! })
      if (signal?.type !== 'records') continue
      for (const { partition, reads, next } of (await decodeBatch(codec, topic, signal.batches)).slices) {
        reached[partition] = next
        yield reads.filter(({ record }) => record.offset < bounds[partition]!.end)
      }
    }
  } finally {
    await reader.leave()
  }
}

/**
 * Before which instant (epoch ms) records may have been on the topic that are gone: where a partition does not begin at its first offset
 * any more, what was appended before the record that it begins with. 0 where nothing was deleted.
 */
export class KeptSince {
  private readonly firsts = new Map<string, number>()

  add({ record: { topic, partition, offset, timestamp } }: Read): void {
    const place = `${topic}/${partition}`
    if (!this.firsts.has(place)) this.firsts.set(place, offset === 0 ? 0 : timestamp)
  }

  get instant(): number {
    return Math.max(0, ...this.firsts.values())
  }
}
