import { createHash } from 'node:crypto'
import { parseMoney } from '../models/money.ts'
import { type NewsKind, newsKinds, type ProductNews } from '../schemas/events.ts'
import { events } from '../schemas/topics.ts'
import type { Outbound } from '../streams/outbound.ts'
import type { Table } from '../streams/table.ts'
import type { Catalogue } from './item-state.ts'

/** The last time that a product came back, or got cheaper: the catalogue's event that made it so, when that was, and when it was appended. Epoch ms. */
export interface News {
  readonly id: string | null
  readonly at: number
  readonly appendedAt: number
}

/** Who was told of it is the teller's to write (infra/news/tell-product-news.ts). */
export const newsTable: Table<News> = {
  name: 'product_news',
  key: ['product_id', 'what'],
  columns: [
    { name: 'news_id', type: 'text', value: n => n.id },
    { name: 'at', type: 'bigint', value: n => n.at },
    { name: 'appended_at', type: 'bigint', value: n => n.appendedAt },
  ],
  entry: row => ({ id: row.news_id as string | null, at: row.at as number, appendedAt: row.appended_at as number }),
  empty: () => ({ id: null, at: 0, appendedAt: 0 }),
}

/** What a change of the catalogue is to customers. What cannot be had is no news, whatever it costs. */
export function newsIn(before: Catalogue, after: Catalogue): readonly NewsKind[] {
  if (after.available === false) return []
  const cheaper = before.price !== undefined && after.price !== undefined && isLess(after.price, before.price)
  const is: Readonly<Record<NewsKind, boolean>> = { back_in_stock: before.available === false, price_drop: cheaper }
  return newsKinds.filter(kind => is[kind])
}

/** Nothing costs nothing: that is a price which is not known. */
const isLess = (price: string, before: string): boolean => parseMoney(price) > 0 && parseMoney(price) < parseMoney(before)

/** What one customer is told, under an id that is the same however often they are. */
export function newsRecord(customerId: string, productId: string, what: NewsKind, { id, at }: News): Outbound {
  const told: ProductNews = {
    type: 'news',
    id: `news_${createHash('sha256').update([productId, what, id].join('\0')).digest('hex').slice(0, 40)}`,
    customerId,
    occurredAt: new Date(at).toISOString(),
    productId,
    what,
  }
  return { topic: events, key: customerId, value: told }
}
