import { replay } from '../../producers/replay.ts'
import { syntheticShop } from '../../producers/shop/synthetic-shop.ts'
import type { Inbound } from '../../schemas/events.ts'
import { systemClock } from '../../streams/clock.ts'
import { collectingSink } from './collecting-sink.ts'
import type { Text } from './tarang-process.ts'

/** What is sent at once. */
export interface Chunk {
  readonly events: readonly Inbound[]
  readonly texts: readonly Text[]
}

/** A synthetic shop's past in some chunks of the same size, with texts that answer every third purchase. The same seed gives the same chunks. */
export function shopTraffic({ seed, customers, chunks }: { seed: number; customers: number; chunks: number }): Chunk[] {
  const events = [...syntheticShop({ seed, customers, until: Date.UTC(2026, 0, 1), products: 60, currency: 'PKR' }).history()]
  return inChunks(events, chunks, 3)
}

type TextFor = Text & { readonly customerId: string }

/** About so many texts answer the purchases of a file. */
const TEXTS = 1500

/** A file's events as `tarang replay` reads them, in chunks. Files know no phones, so the texts bring them. */
export async function fileTraffic(path: string, { currency, chunks }: { currency: string; chunks: number }): Promise<Chunk[]> {
  const sink = collectingSink()
  await replay(path, { shop: { currency, region: 'GB' }, sink, clock: systemClock })
  const purchases = sink.events.filter(({ type }) => type === 'purchase').length
  return inChunks(sink.events, chunks, Math.ceil(purchases / TEXTS)).map(({ events, texts }) => ({
    events,
    texts: texts.map(({ customerId, ...text }) => ({ ...text, to: `+92300${customerId.padStart(7, '0').slice(-7)}` })),
  }))
}

function inChunks(events: readonly Inbound[], chunks: number, textEvery: number) {
  const size = Math.ceil(events.length / chunks)
  return Array.from({ length: chunks }, (_, i) => {
    const some = events.slice(i * size, (i + 1) * size)
    return { events: some, texts: textsFor(some, textEvery) }
  })
}

function textsFor(events: readonly Inbound[], every: number): TextFor[] {
  const purchases = events.filter(event => event.type === 'purchase')
  return purchases
    .filter((_, i) => i % every === 0)
    .map(({ id, customerId }, i) => ({
      id: `text-${id}`,
      customerId,
      text: `Shukriya! Order ${id}`,
      class: i % 4 === 0 ? 'marketing' : 'transactional',
    }))
}
