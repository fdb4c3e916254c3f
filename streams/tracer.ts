/**
 * A W3C `traceparent`: which trace something belongs to, and what in that trace led to it. Only what is sampled carries one, so what is
 * not costs nothing further on.
 */
export type Trace = string

/** What is told of a span. Never anything personal: ids of events and texts, places on the log, codes. */
export type Details = Readonly<Record<string, string | number | undefined>>

/** Something that took its time, as a trace shows it. */
export interface Span {
  /** For what comes of it. */
  readonly trace: Trace
  note(details: Details): void
  /** It stands for another span's work too. */
  link(other: Trace): void
  /** It came to nothing; `why` is a code or a few words that many spans share. */
  fail(why: string): void
  end(): void
}

/** Where the engine tells what led to what; OpenTelemetry stands behind it (infra/tracing/open-tracer.ts). */
export interface Tracer {
  /** Undefined for what is not sampled. Without a parent it begins a trace of its own. */
  begin(
    kind: 'server' | 'producer' | 'consumer' | 'client',
    name: string,
    parent: Trace | undefined,
    details: Details,
  ): Span | undefined
}

/** For whoever traces nothing. */
export const noTracer: Tracer = { begin: () => undefined }

/** The least significant of the flags says that the trace is sampled. */
const SAMPLED = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f][13579bdf]$/

/** What came beside a record as its trace, where it is one and sampled: anybody may have written it, and it is never worth a refusal. */
export const sampled = (trace: string | undefined): Trace | undefined =>
  trace !== undefined && SAMPLED.test(trace) ? trace : undefined

/** By which the lines of a trace are found in the logs. */
export const traceIdOf = (trace: Trace | undefined): string | undefined => trace?.slice(3, 35)
