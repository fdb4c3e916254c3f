import type { AnalysisTables, Cell, TableName } from '../table.ts'

/** A row by the names of its columns, with where it stands. */
export interface Row {
  readonly at: number
  readonly of: (column: string) => Cell
}

export function rowsOf({ tables }: Pick<AnalysisTables, 'tables'>, name: TableName): Row[] {
  const { columns, rows } = tables[name]
  const places = new Map(columns.map((column, at) => [column.name, at]))
  return rows.map((row, at) => ({ at, of: column => row[places.get(column)!] ?? null }))
}

export const numberOf = (row: Row, column: string): number => {
  const cell = row.of(column)
  return typeof cell === 'number' ? cell : 0
}

export const textOf = (row: Row, column: string): string => String(row.of(column) ?? '')
