import type { Engine } from './engine.ts'
import type { Outbound } from './outbound.ts'
import type { Span, Trace } from './tracer.ts'

interface Send {
  readonly span: Span
  readonly id: unknown
  count: number
}

/** Spans of what one call sends: one for each trace and topic, however many records it has of them. */
export class SendSpans {
  private readonly engine: Pick<Engine, 'tracer' | 'names'>
  private open: Map<string, Send> | undefined

  constructor(engine: Pick<Engine, 'tracer' | 'names'>) {
    this.engine = engine
  }

  /** What a record is to carry. */
  traceOf({ trace, topic, value: { id } }: Outbound): Trace | undefined {
    if (trace === undefined) return undefined
    const place = `${trace} ${topic.name}`
    const known = this.open?.get(place)
    if (known !== undefined) {
      known.count++
      return known.span.trace
    }
    const span = this.engine.tracer.begin('producer', `send ${topic.name}`, trace, {
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.destination.name': this.engine.names.of(topic),
    })
    if (span === undefined) return undefined
    this.open ??= new Map()
    this.open.set(place, { span, id, count: 1 })
    return span.trace
  }

  /** Answers what it is given; the spans last as long as that is not settled. */
  during<T>(sending: Promise<T>): Promise<T> {
    return this.open === undefined ? sending : ended(this.open, sending)
  }
}

async function ended<T>(open: ReadonlyMap<string, Send>, sending: Promise<T>): Promise<T> {
  try {
    return await sending
  } catch (error) {
    for (const { span } of open.values()) span.fail('not published')
    throw error
  } finally {
    for (const { span, id, count } of open.values()) {
      if (count > 1) span.note({ 'messaging.batch.message_count': count })
      else if (typeof id === 'string') span.note({ 'messaging.message.id': id })
      span.end()
    }
  }
}
