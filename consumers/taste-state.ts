import { type Bought, noTaste, type Taste } from '../models/taste.ts'
import type { Table } from '../streams/table.ts'

export const tasteTable: Table<Taste> = {
  name: 'tastes',
  key: ['customer_id'],
  columns: [
    { name: 'at', type: 'bigint', value: t => t.at },
    {
      name: 'bought',
      type: 'jsonb',
      value: t => JSON.stringify([...t.bought].map(([id, { times, sittings }]) => [id, times, ...sittings])),
    },
    {
      name: 'recent',
      type: 'jsonb',
      value: t => JSON.stringify(t.recent.map(({ productId, value, at }) => [productId, value, at])),
    },
    { name: 'looked', type: 'jsonb', value: t => JSON.stringify([...t.looked]) },
    { name: 'disliked', type: 'jsonb', value: t => JSON.stringify([...t.disliked]) },
    { name: 'segment', type: 'text', value: t => t.segment },
    { name: 'mood', type: 'double precision', value: t => t.mood },
  ],
  entry: row => ({
    at: row.at as number,
    bought: boughtOf(row.bought),
    recent: (row.recent as [string, number, number][]).map(([productId, value, at]) => ({ productId, value, at })),
    looked: new Map(row.looked as [string, number][]),
    disliked: new Set(row.disliked as string[]),
    segment: row.segment as string | null,
    mood: row.mood as number,
  }),
  empty: () => noTaste,
}

export const boughtOf = (column: unknown): Map<string, Bought> =>
  new Map((column as [string, number, ...number[]][]).map(([id, times, ...sittings]) => [id, { times, sittings }]))
