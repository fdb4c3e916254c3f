import type { Span } from '../../streams/tracer.ts'

/** An event that was not taken, and where in it the reason lies. `index` is its place in the batch. */
export interface RejectedEvent {
  readonly index: number
  readonly code: string
  readonly message: string
  readonly pointer: string
}

/** Every event that is not rejected is durable. `applied`: also folded, counted and scored, so that reads see it. */
export interface Taken {
  readonly accepted: number
  readonly rejected: readonly RejectedEvent[]
  readonly applied: boolean
  /** Where the accepted events ended: what `?after=` takes. */
  readonly position?: string
}

/** Nothing is known to be durable; the same events may be sent again. */
export interface Unavailable {
  readonly unavailable: 'log_unavailable' | 'overloaded'
  readonly retryAfterSeconds: number
}

export type IngestAnswer = Taken | Unavailable

export interface IngestOptions {
  /** Answer when the events are applied, or after 5 s at most. */
  readonly wait: boolean
  /** Of the request that brought the events: what it led to can be found by it. */
  readonly requestId: string
  /** Of the request, where it is traced. */
  readonly span?: Span | undefined
}

/** The way in for events over HTTP. A trouble with the log is an answer; what it throws is a bug (500). */
export interface Ingest {
  /** Takes up to 2,000 events as they came out of JSON: nothing about them is checked yet. */
  submit(raw: readonly unknown[], options: IngestOptions): Promise<IngestAnswer>
  /** Takes the body of one call of Segment's spec; what does not map is rejected with index 0. */
  segment(call: 'track' | 'identify', body: Readonly<Record<string, unknown>>, options: IngestOptions): Promise<IngestAnswer>
}
