import { syntheticShop } from '../../producers/shop/synthetic-shop.ts'
import type { Inbound } from '../../schemas/events.ts'
import type { Text } from './tarang-process.ts'

/** What is sent at once. */
export interface Chunk {
  readonly events: readonly Inbound[]
  readonly texts: readonly Text[]
}

/** One text for about so many purchases. */
const TEXT_EVERY = 3

/** A synthetic shop's past in some chunks of the same size, with texts that answer purchases. The same seed gives the same chunks. */
export function shopTraffic(seed: number, customers: number, chunks: number): Chunk[] {
  const events = [...syntheticShop({ seed, customers, until: Date.UTC(2026, 0, 1), products: 60, currency: 'PKR' }).history()]
  const size = Math.ceil(events.length / chunks)
  return Array.from({ length: chunks }, (_, i) => {
    const some = events.slice(i * size, (i + 1) * size)
    return { events: some, texts: textsFor(some) }
  })
}

function textsFor(events: readonly Inbound[]): Text[] {
  const purchases = events.filter(event => event.type === 'purchase')
  return purchases
    .filter((_, i) => i % TEXT_EVERY === 0)
    .map(({ id, customerId }, i) => ({
      id: `text-${id}`,
      customerId,
      text: `Shukriya! Order ${id}`,
      class: i % 4 === 0 ? 'marketing' : 'transactional',
    }))
}
