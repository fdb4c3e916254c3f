import type { SqlRow, SqlValue, Tx } from './sql.ts'

/** A column: its name, its Postgres type (for `unnest`), and how an entry becomes its value. */
export interface Column<S> {
  readonly name: string
  readonly type: 'text' | 'bigint' | 'integer' | 'double precision' | 'boolean' | 'jsonb' | 'bytea'
  readonly value: (entry: S) => SqlValue
  /** Readers go by this number: even a rebuild never lets it fall. */
  readonly rising?: true
}

/**
 * State kept in a table that a person can query: entries of `S` under keys of one or two text columns.
 * `empty` is the entry of a key that has no row yet; every row says which partition of the input it belongs to.
 */
export interface Table<S> {
  readonly name: string
  readonly key: readonly [string] | readonly [string, string]
  readonly columns: readonly Column<S>[]
  readonly entry: (row: SqlRow) => S
  readonly empty: (key: Key) => S
  /** Rows are never changed once there: a second owner of the same key loses (requests' ids). */
  readonly insertOnly?: boolean
}

/** One part for each key column. */
export type Key = readonly [string] | readonly [string, string]

/** One string for a key, for maps; the separator cannot be in an id (control characters are refused on the way in). */
export const keyText = (key: Key): string => (key.length === 1 ? key[0] : `${key[0]}\u001f${key[1]}`)

/** Loads the entries of some keys in one query. Keys without a row are absent from the answer. */
export async function loadEntries<S>(tx: Tx, table: Table<S>, keys: readonly Key[]): Promise<Map<string, S>> {
  const found = new Map<string, S>()
  if (keys.length === 0) return found
  const wanted = table.key.map((_, i) => `$${i + 1}::text[]`).join(', ')
  const names = table.key.join(', ')
  const rows = await tx.query(
    `SELECT ${names}, ${table.columns.map(c => c.name).join(', ')} FROM ${table.name} WHERE (${names}) IN (SELECT * FROM unnest(${wanted}))`,
    table.key.map((_, i) => keys.map(key => key[i]!)),
  )
  for (const row of rows) found.set(keyText(table.key.map(name => String(row[name])) as unknown as Key), table.entry(row))
  return found
}

/** Writes entries in one statement: inserted, or replaced where the key is there. */
export async function saveEntries<S>(
  tx: Tx,
  table: Table<S>,
  entries: readonly { key: Key; partition: number; entry: S }[],
): Promise<void> {
  if (entries.length === 0) return
  const columns = [...table.key.map(name => ({ name, type: 'text' })), { name: 'partition', type: 'integer' }, ...table.columns]
  const values: SqlValue[] = [
    ...table.key.map((_, i) => entries.map(e => e.key[i]!)),
    entries.map(e => e.partition),
    ...table.columns.map(column => entries.map(e => column.value(e.entry) as string)),
  ]
  await tx.query(upsertStatement(table, columns), values)
}

function upsertStatement<S>(table: Table<S>, columns: readonly { name: string; type: string }[]): string {
  const names = columns.map(c => c.name).join(', ')
  // jsonb and bytea travel as they are; arrays of jsonb come as text and are cast row by row.
  const unnested = columns.map((c, i) => `$${i + 1}::${c.type === 'jsonb' ? 'text' : c.type}[]`).join(', ')
  const cast = columns.map(c => (c.type === 'jsonb' ? `u.${c.name}::jsonb` : `u.${c.name}`)).join(', ')
  const conflict = table.insertOnly
    ? 'NOTHING'
    : `UPDATE SET ${columns
        .slice(table.key.length)
        .map(c => `${c.name} = excluded.${c.name}`)
        .join(', ')}`
  return `INSERT INTO ${table.name} (${names}) SELECT ${cast} FROM unnest(${unnested}) AS u(${names}) ON CONFLICT (${table.key.join(', ')}) DO ${conflict}`
}
