import type { Topic } from '../schemas/topic.ts'
import type { Read } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import type { LogRecord } from './log.ts'
import type { Unreadable } from './processor.ts'
import { traceIdOf } from './tracer.ts'

/** Counts a record that could not be read, and notes where it is: by its event's id where that is known, by its place in any case. */
export function countDeadLetter(
  { meter, journal }: Pick<Engine, 'meter' | 'journal'>,
  { name: processor, input }: { readonly name: string; readonly input: Topic },
  { record: { topic, partition, offset, headers }, trace }: Read,
  { code }: Unreadable,
  id: string | undefined = sentId(headers),
): void {
  meter.count('dead_letters_total', { processor, topic: input.name, code })
  journal.info('dead letter', { processor, eventId: id, traceId: traceIdOf(trace), code, topic, partition, offset })
}

/** Our own entrances tell a record's id beside it, so that it is known even where the record cannot be read. */
function sentId({ ce_id: sent }: LogRecord['headers']): string | undefined {
  try {
    return sent === undefined ? undefined : decodeURIComponent(sent)
  } catch {
    return sent
  }
}
