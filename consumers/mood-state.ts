import { type Mood, moodFromColumn, moodToColumn } from '../models/mood.ts'
import type { Table } from '../streams/table.ts'

/** Apart from the customer's own row, which every purchase writes: messages are few. */
export const moodTable: Table<Mood> = {
  name: 'moods',
  key: ['customer_id'],
  columns: [{ name: 'messages', type: 'jsonb', value: moodToColumn }],
  entry: row => moodFromColumn(row.messages),
  empty: () => [],
}
