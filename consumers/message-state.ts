import type { Table } from '../streams/table.ts'

/** What a customer wrote, under the seal it came with; `at` in epoch ms, `offset` where on `events` it stands. Without a seal: not written yet. */
export interface WrittenMessage {
  readonly at: number
  readonly offset: number
  readonly sealed: string | undefined
}

/**
 * Kept for whoever reads messages later than the fold may wait, and again for each new model: infra/embeddings. Never opened at rest; all
 * of a customer's go by `customer_id`.
 */
export const messageTable: Table<WrittenMessage> = {
  name: 'messages',
  key: ['customer_id', 'event_id'],
  columns: [
    { name: 'at', type: 'bigint', value: m => m.at },
    { name: 'log_offset', type: 'bigint', value: m => m.offset },
    { name: 'sealed', type: 'text', value: m => m.sealed ?? '' },
  ],
  entry: row => ({ at: row.at as number, offset: row.log_offset as number, sealed: row.sealed as string }),
  empty: () => ({ at: 0, offset: 0, sealed: undefined }),
}
