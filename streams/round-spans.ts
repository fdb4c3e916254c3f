import type { Topic } from '../schemas/topic.ts'
import type { Read } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import type { Details, Span, Trace } from './tracer.ts'

/** Of a round that failed: the records are read again and have another span then. */
export const UNDONE = 'undone'

/** Spans of what is sampled among the records of a round. They end together: when it is committed, or when it will have to be done again. */
export class RoundSpans {
  private readonly engine: Engine
  private readonly processor: string
  private readonly input: Topic
  private open: Span[] = []

  constructor(engine: Engine, processor: string, input: Topic) {
    this.engine = engine
    this.processor = processor
    this.input = input
  }

  /** A record is met. */
  process({ trace, record: { topic, partition, offset } }: Read, id?: string): Span | undefined {
    if (trace === undefined) return undefined
    return this.begin('consumer', 'process', this.input, trace, {
      'messaging.consumer.group.name': `${topic}.${this.processor}`,
      'messaging.destination.partition.id': String(partition),
      'messaging.kafka.offset': offset,
      'messaging.message.id': id,
      'tarang.processor': this.processor,
    })
  }

  /** What came of a record is sent. */
  send(topic: Topic, parent: Trace, id: string): Span | undefined {
    return this.begin('producer', 'send', topic, parent, { 'messaging.message.id': id })
  }

  end(failure?: string): void {
    if (this.open.length === 0) return
    for (const span of this.open) {
      if (failure !== undefined) span.fail(failure)
      span.end()
    }
    this.open = []
  }

  private begin(
    kind: 'consumer' | 'producer',
    what: 'process' | 'send',
    topic: Topic,
    parent: Trace,
    details: Details,
  ): Span | undefined {
    const span = this.engine.tracer.begin(kind, `${what} ${topic.name}`, parent, {
      'messaging.operation.type': what,
      'messaging.operation.name': what,
      'messaging.destination.name': this.engine.names.of(topic),
      ...details,
    })
    if (span !== undefined) this.open.push(span)
    return span
  }
}
