import TinyQueue from 'tinyqueue'
import type { Arrival } from './arrivals.ts'

/** An event in its turn. `late`: it stands so far behind its time in the file that later events had their turn before. */
export interface Turn {
  readonly arrival: Arrival
  readonly late: boolean
}

/** How many events are held back to put them in order. */
export const WINDOW = 50_000

/** Events by their own instants, those of one instant as the file has them, as far as that can be told by looking `window` events ahead. */
export async function* inOrder(arrivals: AsyncIterable<Arrival>, window = WINDOW): AsyncGenerator<Turn> {
  const held = new TinyQueue<Arrival>([], (a, b) => a.at - b.at || a.before.line - b.before.line)
  let position = Number.NEGATIVE_INFINITY
  const take = (): Turn => {
    const arrival = held.pop()!
    const late = arrival.at < position
    position = Math.max(position, arrival.at)
    return { arrival, late }
  }
  for await (const arrival of arrivals) {
    held.push(arrival)
    if (held.length > window) yield take()
  }
  while (held.length > 0) yield take()
}
