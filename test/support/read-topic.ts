import type { RecordOf, Topic } from '../../schemas/topic.ts'
import type { LogRecord } from '../../streams/log.ts'
import { type Marks, markOf, passed } from '../../streams/marks.ts'
import type { Left } from './scratch-deployment.ts'
import { type Told, unbundled } from './unbundled.ts'

/** Everything that is on a topic now, partition after partition. */
export async function readTopic<T extends Topic>(
  { log, names }: Pick<Left, 'log' | 'names'>,
  topic: T,
): Promise<Told<RecordOf<T>, LogRecord>[]> {
  const name = names.of(topic)
  const bounds = await log.offsets(name)
  const reached = bounds.map(({ start }) => start)
  const told: Told<RecordOf<T>, LogRecord>[] = []
  const membership = await log.follow([name])
  while (reached.some((at, partition) => at < bounds[partition]!.end)) {
    const signal = await membership.next(5000, 1000)
    if (signal?.type === 'assigned')
      for (const { partition } of signal.partitions)
        membership.start({ topic: name, partition, offset: bounds[partition]!.start })
    if (signal?.type !== 'records') continue
    for (const { partition, next, records } of signal.batches) {
      reached[partition] = next
      for (const record of records) told.push(...unbundled<RecordOf<T>, LogRecord>(record))
    }
  }
  await membership.leave()
  return told.sort((a, b) => a.record.partition - b.record.partition || a.record.offset - b.record.offset)
}

/** What is left of a topic when a reader drops what it has read before, as every fold does (engine rule 1). */
export function onceEach<V>(told: readonly Told<V, LogRecord>[]): Told<V, LogRecord>[] {
  const marks = new Map<number, Marks>()
  return told.filter(({ record }) => {
    if (!marks.has(record.partition)) marks.set(record.partition, {})
    return !passed(marks.get(record.partition)!, markOf(record.headers))
  })
}
