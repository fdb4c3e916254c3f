import type { Sink } from '../../producers/sink.ts'
import type { Inbound } from '../../schemas/events.ts'

/** Keeps what it is sent. */
export function collectingSink(): Sink & { readonly events: Inbound[]; readonly batches: number[] } {
  const events: Inbound[] = []
  const batches: number[] = []
  return {
    events,
    batches,
    async send(batch) {
      events.push(...batch)
      batches.push(batch.length)
    },
  }
}
