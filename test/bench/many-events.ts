import { syntheticShop } from '../../producers/shop/synthetic-shop.ts'
import type { Inbound } from '../../schemas/events.ts'
import { systemClock as clock } from '../../streams/clock.ts'

/** Events of customers without end: a shop's year, and when it is over that of another. No id comes twice. */
export function* manyEvents(customers: number): Generator<Inbound, never> {
  for (let seed = 1; ; seed++)
    for (const event of syntheticShop({ seed, customers, until: clock.now() }).history())
      if (event.type !== 'product') yield { ...event, id: `${event.id}-${seed}` }
}
