import { nothing } from '../models/fading.ts'
import type { Company, Contribution } from '../models/item-similarity.ts'
import type { Stamped } from '../models/newest.ts'
import { noSeason, type Season } from '../models/season.ts'
import type { Product } from '../schemas/events.ts'
import type { Fading } from '../schemas/records.ts'
import type { SqlRow } from '../streams/sql.ts'
import type { Table } from '../streams/table.ts'

/** What the catalogue says of a product, as far as it said anything. */
export type Catalogue = Pick<Product, 'name' | 'description' | 'category' | 'brand' | 'tags' | 'price' | 'available'>

/** A product: what the catalogue says of it, and what customers do with it. */
export interface Item {
  readonly version: number
  readonly catalogue: Stamped<Catalogue>
  /** Where on the log the words that are embedded changed last: who embeds them reads on from there. */
  readonly textOffset: number
  readonly trend: Fading
  readonly season: Season
  readonly company: Company
}

export const itemTable: Table<Item> = {
  name: 'products',
  key: ['product_id'],
  columns: [
    { name: 'version', type: 'bigint', value: i => i.version, rising: true },
    { name: 'name', type: 'text', value: i => i.catalogue.fields.name ?? null },
    { name: 'description', type: 'text', value: i => i.catalogue.fields.description ?? null },
    { name: 'category', type: 'text', value: i => i.catalogue.fields.category ?? null },
    { name: 'brand', type: 'text', value: i => i.catalogue.fields.brand ?? null },
    {
      name: 'tags',
      type: 'jsonb',
      value: i => (i.catalogue.fields.tags === undefined ? null : JSON.stringify(i.catalogue.fields.tags)),
    },
    { name: 'price', type: 'text', value: i => i.catalogue.fields.price ?? null },
    { name: 'available', type: 'boolean', value: i => i.catalogue.fields.available ?? true },
    { name: 'stamps', type: 'jsonb', value: i => JSON.stringify(i.catalogue.stamps) },
    { name: 'text_offset', type: 'bigint', value: i => i.textOffset },
    { name: 'trend_value', type: 'double precision', value: i => i.trend.value },
    { name: 'trend_at', type: 'bigint', value: i => i.trend.at },
    { name: 'season', type: 'jsonb', value: ({ season: s }) => JSON.stringify([s.since, s.until, ...s.months]) },
    { name: 'norm', type: 'double precision', value: i => i.company.norm },
    { name: 'pairs', type: 'jsonb', value: i => JSON.stringify([...i.company.pairs]) },
  ],
  entry: row => ({
    version: row.version as number,
    catalogue: { fields: catalogueOf(row), stamps: row.stamps as Item['catalogue']['stamps'] },
    textOffset: row.text_offset as number,
    trend: { value: row.trend_value as number, at: row.trend_at as number },
    season: seasonOf(row.season),
    company: { norm: row.norm as number, pairs: new Map(row.pairs as [string, number][]) },
  }),
  empty: () => ({
    version: 0,
    catalogue: { fields: {}, stamps: {} },
    textOffset: 0,
    trend: nothing,
    season: noSeason,
    company: { norm: 0, pairs: new Map() },
  }),
}

function seasonOf(column: unknown): Season {
  const [since, until, ...months] = column as [number, number, ...number[]]
  return { since, until, months }
}

function catalogueOf(row: SqlRow): Catalogue {
  const { name, description, category, brand, tags, price, available } = row
  const known = Object.entries({ name, description, category, brand, tags, price, available }).filter(
    ([, value]) => value !== null,
  )
  return Object.fromEntries(known)
}

/** What was last counted of one customer for one product; `seq` 0: nothing yet. */
export interface SignalCounted extends Contribution {
  readonly seq: number
}

export const signalTable: Table<SignalCounted> = {
  name: 'item_signals',
  key: ['product_id', 'customer_id'],
  columns: [
    { name: 'seq', type: 'bigint', value: s => s.seq },
    { name: 'at', type: 'bigint', value: s => s.at },
    { name: 'weight', type: 'double precision', value: s => s.weight },
    { name: 'near', type: 'jsonb', value: s => JSON.stringify(s.near) },
  ],
  entry: row => ({
    seq: row.seq as number,
    at: row.at as number,
    weight: row.weight as number,
    near: row.near as SignalCounted['near'],
  }),
  empty: () => ({ seq: 0, at: 0, weight: 0, near: [] }),
}
