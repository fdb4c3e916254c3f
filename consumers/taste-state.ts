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
      value: t => JSON.stringify([...t.bought].map(([id, b]) => [id, b.times, b.firstAt, b.lastAt])),
    },
    {
      name: 'recent',
      type: 'jsonb',
      value: t => JSON.stringify(t.recent.map(({ productId, value, at }) => [productId, value, at])),
    },
  ],
  entry: row => ({
    at: row.at as number,
    bought: new Map(
      (row.bought as [string, number, number, number][]).map(([id, times, firstAt, lastAt]): [string, Bought] => [
        id,
        { times, firstAt, lastAt },
      ]),
    ),
    recent: (row.recent as [string, number, number][]).map(([productId, value, at]) => ({ productId, value, at })),
  }),
  empty: () => noTaste,
}
