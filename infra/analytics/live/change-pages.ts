import { customerChanges } from '../../../schemas/topics.ts'
import type { Log } from '../../../streams/log.ts'
import type { TopicNames } from '../../../streams/topic-names.ts'

export interface ChangeLog {
  readonly log: Pick<Log, 'offsets' | 'follow'>
  readonly names: Pick<TopicNames, 'of'>
}

/** How many records of the log were read, of those that were there at the call. A bundle of a hundred changes is one. */
export interface ChangeProgress {
  readonly read: number
  readonly all: number
}

export interface ReadingChanges {
  readonly onProgress?: (progress: ChangeProgress) => void
  /** Reading ends with its reason, a second later at most. */
  readonly signal?: AbortSignal
}

/** Records asked for in one go, over all partitions: bundles may hold thousands of changes. */
const PAGE = 20
const WAIT_MS = 1000

/** The bytes of what was on `customer-changes` at the moment of the call, each partition in its own order. */
export async function* changePages(
  { log, names }: ChangeLog,
  { onProgress = () => {}, signal }: ReadingChanges = {},
): AsyncGenerator<readonly Buffer[]> {
  signal?.throwIfAborted()
  const topic = names.of(customerChanges)
  const bounds = await log.offsets(topic)
  const reached = bounds.map(({ start }) => start)
  const all = bounds.reduce((sum, { start, end }) => sum + end - start, 0)
  const left = () => bounds.reduce((sum, { end }, partition) => sum + Math.max(0, end - reached[partition]!), 0)
  if (all === 0) return
  const member = await log.follow([topic])
  try {
    while (left() > 0) {
      signal?.throwIfAborted()
      const told = await member.next(PAGE, WAIT_MS)
      if (told?.type === 'assigned')
        for (const { partition } of told.partitions) member.start({ topic, partition, offset: reached[partition]! })
      if (told?.type !== 'records') continue
      for (const { partition, next, records } of told.batches) {
        const { end } = bounds[partition]!
        const page = records.flatMap(({ offset, value }) => (value === null || offset >= end ? [] : [value]))
        reached[partition] = next
        if (page.length > 0) yield page
      }
      onProgress({ read: all - left(), all })
    }
  } finally {
    await member.leave()
  }
}
