import { type Cell, type Table, type TableName, tableColumns } from '../table.ts'

/** A table of rows as objects by column: a column that no row names is a fault of ours, and what is not a finite number is nothing to say. */
export function tableOf<Name extends TableName>(
  name: Name,
  rows: readonly Readonly<Record<(typeof tableColumns)[Name][number]['name'], Cell>>[],
): Table {
  const columns = tableColumns[name]
  return {
    name,
    columns,
    rows: rows.map(row => columns.map(({ name }) => told((row as Readonly<Record<string, Cell>>)[name]!))),
  }
}

const told = (cell: Cell): Cell => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell)
