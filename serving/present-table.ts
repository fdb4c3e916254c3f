import { formatMoney, UNITS } from '../models/money.ts'
import type { SnapshotTable } from '../schemas/analytics-snapshot.ts'

type Value = string | number | null

/** A table's rows as objects: names in camel case, money as a decimal string. No rows where there is no such table. */
export function presentTable(table: SnapshotTable | undefined): Record<string, Value>[] {
  if (table === undefined) return []
  const names = table.columns.map(({ name }) => camelCase(name))
  return table.rows.map(row =>
    Object.fromEntries(table.columns.map(({ kind }, at) => [names[at]!, presented(row[at] ?? null, kind)])),
  )
}

const presented = (cell: Value, kind: string): Value =>
  kind === 'money' && typeof cell === 'number' ? formatMoney(Math.round(cell * UNITS)) : cell

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
