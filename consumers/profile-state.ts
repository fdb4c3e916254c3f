import type { Stamped } from '../models/newest.ts'
import type { Table } from '../streams/table.ts'

/** What a shop told of a person: traits by name. */
export type Profile = Stamped<Readonly<Record<string, unknown>>>

export const profileTable: Table<Profile> = {
  name: 'profiles',
  key: ['customer_id'],
  columns: [
    { name: 'phone', type: 'text', value: p => (typeof p.fields.phone === 'string' ? p.fields.phone : null) },
    { name: 'traits', type: 'jsonb', value: p => JSON.stringify(p.fields) },
    { name: 'stamps', type: 'jsonb', value: p => JSON.stringify(p.stamps) },
  ],
  entry: row => ({ fields: row.traits as Profile['fields'], stamps: row.stamps as Profile['stamps'] }),
  empty: () => ({ fields: {}, stamps: {} }),
}
