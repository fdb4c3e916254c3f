import { acceptAll } from '../schemas/accept-conversation.ts'
import type { Inbound } from '../schemas/events.ts'
import type { Shop } from '../schemas/shop.ts'
import type { Row } from './files/file-format.ts'
import type { Place } from './files/lines.ts'
import type { Placed } from './files/read-rows.ts'
import type { Tallies } from './tally.ts'

/** An event as it comes out of a file: when it happened, epoch ms, and what of the file has been sent before it, and with it. */
export interface Arrival {
  readonly event: Inbound
  readonly at: number
  readonly before: Place
  readonly after: Place
}

/** Counts what led to no event, by reason. */
export interface Faults {
  readonly skipped: Tallies
  readonly rejected: Tallies
}

/** The events of rows, each checked like one that came by HTTP. A row of several is sent only with the last of them. */
export async function* arrivals(rows: AsyncIterable<Placed>, shop: Shop, faults: Faults): AsyncGenerator<Arrival> {
  for await (const { row, before, after } of rows) {
    const events = eventsOf(row, shop, faults)
    for (const [i, event] of events.entries())
      yield { event, at: Date.parse(event.occurredAt), before, after: i === events.length - 1 ? after : before }
  }
}

function eventsOf(row: Row, shop: Shop, { skipped, rejected }: Faults): readonly Inbound[] {
  if ('skipped' in row) {
    skipped.add(row.skipped, row.row)
    return []
  }
  const events: Inbound[] = []
  for (const accepted of acceptAll(row.raw, shop)) {
    if ('event' in accepted) {
      events.push(accepted.event)
      continue
    }
    const { code, pointer, message } = accepted.refusal
    rejected.add(code, row.row, `${pointer}: ${message}`)
  }
  return events
}
