import { acceptEvent } from '../schemas/accept-event.ts'
import type { Inbound } from '../schemas/events.ts'
import type { Shop } from '../schemas/shop.ts'
import type { Row } from './files/file-format.ts'
import type { Place } from './files/lines.ts'
import type { Placed } from './files/read-rows.ts'
import type { Tallies } from './tally.ts'

/** An event as it comes out of a file: when it happened, epoch ms, and the places before and after its row. */
export interface Arrival {
  readonly event: Inbound
  readonly at: number
  readonly before: Place
  readonly after: Place
}

/** Counts rows that led to no event, by reason. */
export interface Faults {
  readonly skipped: Tallies
  readonly rejected: Tallies
}

/** The events of rows, each checked like one that came by HTTP. */
export async function* arrivals(rows: AsyncIterable<Placed>, shop: Shop, faults: Faults): AsyncGenerator<Arrival> {
  for await (const { row, before, after } of rows) {
    const event = eventOf(row, shop, faults)
    if (event !== undefined) yield { event, at: Date.parse(event.occurredAt), before, after }
  }
}

function eventOf(row: Row, shop: Shop, { skipped, rejected }: Faults): Inbound | undefined {
  if ('skipped' in row) {
    skipped.add(row.skipped, row.row)
    return undefined
  }
  const accepted = acceptEvent(row.raw, shop)
  if ('event' in accepted) return accepted.event
  const { code, pointer, message } = accepted.refusal
  rejected.add(code, row.row, `${pointer}: ${message}`)
  return undefined
}
