import type { Interaction } from '../../producers/files/interactions.ts'
import type { Inbound } from '../../schemas/events.ts'

/** A rating from which on a row is a purchase, and the one that is a look; below it is a dislike. */
const LIKED = 4
const LOOKED = 3
/** Lines that one order may have. */
const LINES = 1000

export type Meaning = 'bought' | 'looked' | 'disliked'

export const meaningOf = ({ rating }: Interaction): Meaning =>
  rating === undefined || rating >= LIKED ? 'bought' : rating >= LOOKED ? 'looked' : 'disliked'

/** Rows as a shop would publish them, in the order of the rows: what one user bought at one instant is one order. @param rows by time */
export function* historyEvents(rows: readonly Interaction[], currency: string): Generator<Inbound> {
  let [start, number] = [0, 0]
  while (start < rows.length) {
    let end = start
    while (end < rows.length && rows[end]!.at === rows[start]!.at) end++
    for (const [user, mine] of byUser(rows, start, end)) {
      const bought = mine.filter(row => meaningOf(row) === 'bought')
      for (let from = 0; from < bought.length; from += LINES)
        yield {
          type: 'purchase',
          id: `row-${++number}`,
          customerId: user,
          occurredAt: new Date(rows[start]!.at).toISOString(),
          orderId: `row-${number}`,
          currency,
          lines: bought.slice(from, from + LINES).map(({ item }) => ({ productId: item, quantity: 1, unitPrice: '1' })),
        }
      for (const row of mine) {
        const meaning = meaningOf(row)
        if (meaning === 'bought') continue
        yield {
          type: 'click',
          id: `row-${++number}`,
          customerId: user,
          occurredAt: new Date(row.at).toISOString(),
          kind: meaning === 'looked' ? 'view' : 'dislike',
          productId: row.item,
        }
      }
    }
    start = end
  }
}

function byUser(rows: readonly Interaction[], start: number, end: number): Map<string, Interaction[]> {
  const groups = new Map<string, Interaction[]>()
  for (let k = start; k < end; k++) {
    const row = rows[k]!
    const group = groups.get(row.user)
    if (group === undefined) groups.set(row.user, [row])
    else group.push(row)
  }
  return groups
}
