import fc from 'fast-check'
import type { AnalysisTables, Cell, Kind, Table, TableName } from '../../infra/analytics/table.ts'
import { tableColumns } from '../../infra/analytics/table.ts'
import { segments } from '../../models/segments.ts'

const names = Object.keys(tableColumns) as TableName[]

/** Cells as analyses have them, and texts as no shop should have them. */
const cells: Readonly<Record<Kind, fc.Arbitrary<Cell>>> = {
  text: fc.oneof(fc.string(), fc.constantFrom('چائے', '</script><img src=x onerror=boom()>', '\u202Eevil', '\u0000', '🫖')),
  count: fc.nat(2_000_000),
  number: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  days: fc.double({ min: 0, max: 5000, noNaN: true }),
  money: fc.double({ min: -1e9, max: 1e12, noNaN: true }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  date: fc.constantFrom('2011-12-09', '2026-02-28'),
  month: fc.constantFrom('2011-12', '2026-02'),
}
/** Columns whose cells are words of ours. */
const ours: Readonly<Record<string, fc.Arbitrary<Cell>>> = {
  segment: fc.constantFrom(...segments),
  chosen: fc.constantFrom('chosen', 'elbow', ''),
  weekday: fc.integer({ min: 1, max: 7 }),
  'month_seasons month': fc.integer({ min: 1, max: 12 }),
}

function tableOf(name: TableName): fc.Arbitrary<Table> {
  const columns = tableColumns[name]
  const row = fc.tuple(
    ...columns.map(({ name: column, kind }) => {
      const cell = ours[`${name} ${column}`] ?? ours[column] ?? cells[kind]
      return name === 'overview' ? cell : fc.option(cell, { freq: 12 })
    }),
  )
  const most = name === 'overview' || name === 'value' ? 1 : 4
  return fc.array(row, { minLength: name === 'overview' ? 1 : 0, maxLength: most }).map(rows => ({ name, columns, rows }))
}

/** Whatever an analysis may come to, whether or not it adds up. */
export const toldTables: fc.Arbitrary<AnalysisTables> = fc.record({
  tables: fc.record(Object.fromEntries(names.map(name => [name, tableOf(name)]))) as fc.Arbitrary<AnalysisTables['tables']>,
  currency: fc.constantFrom('', 'PKR', 'EUR'),
  asOf: fc.constant(Date.UTC(2026, 1, 28)),
  degraded: fc.array(fc.record({ stage: fc.constant('value'), says: fc.string() }), { maxLength: 2 }),
})

/** Tables with these rows and otherwise none. A row is written by its columns; those not named are null. */
export function tablesOf(rows: Readonly<Partial<Record<TableName, readonly Readonly<Record<string, Cell>>[]>>>): AnalysisTables {
  const table = (name: TableName): Table => {
    const columns = tableColumns[name]
    return { name, columns, rows: (rows[name] ?? []).map(row => columns.map(column => row[column.name] ?? null)) }
  }
  return {
    tables: Object.fromEntries(names.map(name => [name, table(name)])) as AnalysisTables['tables'],
    currency: 'PKR',
    asOf: Date.UTC(2026, 1, 28),
    degraded: [],
  }
}
