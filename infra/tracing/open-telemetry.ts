import { type Span as Recorded, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { parseKeyPairsIntoRecord, parseTraceParent } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import type { Span, Trace, Tracer } from '../../streams/tracer.ts'
import type { Tracing } from '../config.ts'
import { version } from '../version.ts'
import { telling } from './telling-exporter.ts'

/** Spans that wait to be exported. A batch of 2,000 posted events makes some four times as many; what is beyond is dropped. */
const QUEUE = 16_384
const EXPORT_EVERY_MS = 1000
/** With what is tried again. Short, for at the end of the process it is waited for. */
const EXPORT_MS = 3000

export interface TelemetryParts extends Tracing {
  readonly instance: string
  /** What carries messages, as `messaging.system` names it. */
  readonly system: string
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/**
 * OpenTelemetry's SDK behind the engine's tracer. Contexts are handed over as `traceparent`s, never found in the air: what comes of an
 * event happens in other loops and other processes than the event.
 */
export function openTelemetry(parts: TelemetryParts): { tracer: Tracer; shutdown(): Promise<void> } {
  const { url, headers: given, service, instance, system, warn } = parts
  const headers = parseKeyPairsIntoRecord(given)
  const exporter = telling(new OTLPTraceExporter({ url, headers, timeoutMillis: EXPORT_MS }), { url, warn })
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': version,
      'service.instance.id': instance,
    }),
    sampler: samplerOf(parts),
    spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: QUEUE, scheduledDelayMillis: EXPORT_EVERY_MS })],
  })
  const spans = provider.getTracer('tarang', version)
  const tracer: Tracer = {
    begin(kind, name, parent, details) {
      const attributes = kind === 'producer' || kind === 'consumer' ? { 'messaging.system': system, ...details } : { ...details }
      const span = spans.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent))
      return span.isRecording() ? spanOn(span) : undefined
    },
  }
  return { tracer, shutdown: () => provider.shutdown() }
}

const kinds = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
} as const

function samplerOf({ sampler, ratio }: Tracing): Sampler {
  const root = sampler.endsWith('always_off')
    ? new AlwaysOffSampler()
    : sampler.endsWith('traceidratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler()
  return sampler.startsWith('parentbased') ? new ParentBasedSampler({ root }) : root
}

/** What cannot be read is as if it were not there, as W3C Trace Context has it. */
function contextOf(parent: Trace | undefined) {
  const remote = parent === undefined ? null : parseTraceParent(parent)
  return remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true })
}

function spanOn(span: Recorded): Span {
  const { traceId, spanId } = span.spanContext()
  return {
    trace: `00-${traceId}-${spanId}-01`,
    note: details => void span.setAttributes({ ...details }),
    link(other) {
      const context = parseTraceParent(other)
      if (context !== null) span.addLink({ context })
    },
    fail(why) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: why }).setAttribute('error.type', why)
    },
    end: () => span.end(),
  }
}
