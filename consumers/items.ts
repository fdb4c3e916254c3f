import { productText } from '../models/embedding/product-text.ts'
import { fade, worth } from '../models/fading.ts'
import { contribute } from '../models/item-similarity.ts'
import { setNewest } from '../models/newest.ts'
import { addToSeason, seasonalIndex } from '../models/season.ts'
import type { Product } from '../schemas/events.ts'
import type { ItemEvent, ItemState, Signal } from '../schemas/records.ts'
import { itemEvents, itemState } from '../schemas/topics.ts'
import { type Fold, output, type Position } from '../streams/processor.ts'
import { type Catalogue, type Item, itemTable, type SignalCounted, signalTable } from './item-state.ts'
import { type News, newsIn, newsTable } from './product-news.ts'

const TREND_HALF_LIFE = 7 * 86_400_000

/** What an item event meets: the product, and what was last counted of this customer for it. */
export interface ItemsState {
  readonly item: Item
  readonly signal?: SignalCounted
  /** Of catalogue events: when it was back, and cheaper, last. */
  readonly back?: News
  readonly cheaper?: News
}

/** item-events → item-state: what a product is, how it trends, and which products share its customers. */
export const items: Fold<ItemEvent, ItemsState> = {
  kind: 'fold',
  name: 'items',
  input: itemEvents,
  outputs: [itemState],
  state: {
    tables: { item: itemTable, signal: signalTable, back: newsTable, cheaper: newsTable },
    keys: event =>
      event.type === 'product'
        ? {
            item: [event.productId],
            back: [event.productId, 'back_in_stock'],
            cheaper: [event.productId, 'price_drop'],
          }
        : { item: [event.productId], signal: [event.productId, event.customerId] },
  },
  roundsApartMs: 50,
  identity: event => (event.type === 'product' ? { owner: event.productId, id: event.id } : undefined),
  fold(state, event, at) {
    const next = event.type === 'product' ? describe(state, event, at) : count(state, event)
    if (next === state) return { state, outputs: [] }
    const item = { ...next.item, version: state.item.version + 1 }
    return { state: { ...next, item }, outputs: [output(itemState, event.productId, stateOf(event.productId, item))] }
  },
}

/** The catalogue's newest word on each field stands. */
function describe(state: ItemsState, event: Product, { offset, appendedAt }: Position): ItemsState {
  const { item } = state
  const { id, occurredAt, name, description, category, brand, tags, price, available } = event
  const told = { name, description, category, brand, tags, price, available } as Catalogue
  const catalogue = setNewest(item.catalogue, told, [Date.parse(occurredAt), id])
  if (catalogue === item.catalogue) return state
  const same = productText(catalogue.fields) === productText(item.catalogue.fields)
  const news: News = { id, at: Math.min(Date.parse(occurredAt), appendedAt), appendedAt }
  const kinds = newsIn(item.catalogue.fields, catalogue.fields)
  return {
    ...state,
    ...(kinds.includes('back_in_stock') && { back: news }),
    ...(kinds.includes('price_drop') && { cheaper: news }),
    item: { ...item, catalogue, textOffset: same ? item.textOffset : offset },
  }
}

/** Replaces what was last counted of this customer: signals are absolute, so one lost or repeated heals itself (engine rule 3). */
function count(state: ItemsState, { seq, at, weight, with: company }: Signal): ItemsState {
  const { item, signal } = state
  if (signal === undefined || signal.seq >= seq) return state
  const before = signal.seq === 0 ? undefined : signal
  const now = { seq, at, weight, near: company.map(other => [other.productId, other.weight] as const) }
  const known = before === undefined ? 0 : worth({ value: before.weight, at: before.at }, at, TREND_HALF_LIFE)
  const more = Math.max(0, weight - known)
  const trend = fade(item.trend, more, at, TREND_HALF_LIFE)
  const season = addToSeason(item.season, more, at)
  return { item: { ...item, trend, season, company: contribute(item.company, before, now) }, signal: now }
}

/** A product as views have it. */
export function stateOf(productId: string, { version, catalogue, trend, season, company }: Item): ItemState {
  const { name, category, brand, price, available } = catalogue.fields
  const known = Object.fromEntries(Object.entries({ name, category, brand, price }).filter(([, value]) => value !== undefined))
  const index = seasonalIndex(season)
  return {
    productId,
    version,
    ...known,
    available: available ?? true,
    trend,
    ...(index === undefined ? {} : { season: index }),
    norm: company.norm,
    pairs: [...company.pairs].map(([id, value]) => ({ productId: id, value })),
  }
}
