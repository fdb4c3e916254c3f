import type { Topic } from '../schemas/topic.ts'
import type { Headers } from './log.ts'
import type { Trace } from './tracer.ts'

/** CloudEvents 1.0, binary mode: what a record is and when it was appended first, for readers that do not know our schemas; and its trace, if it has one. */
export function eventHeaders(topic: Topic, value: unknown, timestamp: number, trace?: Trace): Headers {
  const { type } = value as { readonly type?: unknown }
  const ce_type = typeof type === 'string' ? `${topic.name}.${type}` : topic.name
  const ce_time = new Date(timestamp).toISOString()
  return trace === undefined ? { ce_type, ce_time } : { ce_type, ce_time, traceparent: trace }
}
