import type { Topic } from '../schemas/topic.ts'
import type { Headers } from './log.ts'

/** CloudEvents 1.0, binary mode: what a record is and when it was appended first, for readers that do not know our schemas. */
export function eventHeaders(topic: Topic, value: unknown, timestamp: number): Headers {
  const { type } = value as { readonly type?: unknown }
  return { ce_type: typeof type === 'string' ? `${topic.name}.${type}` : topic.name, ce_time: new Date(timestamp).toISOString() }
}
