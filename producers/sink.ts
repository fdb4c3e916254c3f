import type { Inbound } from '../schemas/events.ts'

/** Where accepted events go. Resolves once they are durable; sending some of them again does no harm. */
export interface Sink {
  send(events: readonly Inbound[]): Promise<void>
}
