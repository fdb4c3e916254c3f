import type { Arrival } from './arrivals.ts'
import { inOrder } from './reorder.ts'

/** What a replay at a pace must know of a file before it begins: when it begins and ends, epoch ms, and how well it is in order. */
export interface Survey {
  readonly events: number
  readonly first: number
  readonly last: number
  /** Events too far from their place in time to be put in order: they are sent when they are met. */
  readonly late: number
}

/** Goes through all events once. */
export async function survey(arrivals: AsyncIterable<Arrival>, window?: number): Promise<Survey> {
  let [events, first, last, late] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for await (const turn of inOrder(arrivals, window)) {
    const { at } = turn.arrival
    events += 1
    first = Math.min(first, at)
    last = Math.max(last, at)
    if (turn.late) late += 1
  }
  return { events, first, last, late }
}
