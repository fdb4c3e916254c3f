import { clusterCustomers } from '../../../models/analytics/clusters/cluster-customers.ts'
import { rfmColumns } from '../../../models/analytics/rfm/rfm-columns.ts'
import { rfmFeatures } from '../../../models/analytics/rfm/rfm-features.ts'
import { type RfmTable, rfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import { cohortsOf } from '../../../models/analytics/value/cohorts.ts'
import { type PurchaseDays, purchaseDays } from '../../../models/analytics/value/purchase-days.ts'
import { codePointOrder } from '../../../models/code-point-order.ts'
import type { ShopColumns } from '../shop-columns.ts'
import { type AnalysisTables, type Cell, type Table, tableColumns } from '../table.ts'
import { choiceRows, clusterRows } from './cluster-rows.ts'
import { cohortRows } from './cohort-rows.ts'
import { monthRows } from './month-rows.ts'
import { overviewRow } from './overview-row.ts'
import { segmentRows } from './segment-rows.ts'
import { valueRows } from './value-rows.ts'

/** The tables that a snapshot keeps: what /analytics answers. */
export const snapshotTableNames = [
  'overview',
  'segments',
  'months',
  'cohorts',
  'clusters',
  'cluster_choice',
  'value',
  'value_by_segment',
] as const
export type SnapshotTableName = (typeof snapshotTableNames)[number]

export interface SnapshotTables {
  readonly tables: Readonly<Record<SnapshotTableName, Table>>
  readonly degraded: AnalysisTables['degraded']
  readonly rfm: RfmTable
}

const DAY = 86_400_000
const NEW_DAYS = 30
const CLUSTERS = { maxClusters: 10, seed: 42 }

/** The tables of a snapshot, of a shop as of an instant. The same shop and instant give the same tables. */
export function snapshotTables(shop: ShopColumns, asOf: number): SnapshotTables {
  const { customers, lines } = shop
  const facts = rfmColumns(lines, customers.id.length)
  const rfm = rfmTable(facts, { asOf, byId: codePointOrder(customers.id), newDays: NEW_DAYS })
  const days = daysOf(shop, asOf)
  const cohorts = cohortsOf(days)
  const { customers: clustered, features } = rfmFeatures(facts, asOf)
  const clusters = clusterCustomers(features, clustered.length, CLUSTERS)
  const { value, bySegment, says } = valueRows(days, rfm)
  return {
    tables: {
      overview: table('overview', [overviewRow(shop, rfm, asOf)]),
      segments: table('segments', segmentRows(rfm)),
      months: table('months', cohorts === null ? [] : monthRows(cohorts, lines)),
      cohorts: table('cohorts', cohorts === null ? [] : cohortRows(cohorts)),
      clusters: table('clusters', clusterRows(clusters)),
      cluster_choice: table('cluster_choice', choiceRows(clusters)),
      value: table('value', value),
      value_by_segment: table('value_by_segment', bySegment),
    },
    degraded: says === undefined ? [] : [{ stage: 'value', says }],
    rfm,
  }
}

/** What was bought, by customer and day. */
function daysOf({ customers, lines }: ShopColumns, asOf: number): PurchaseDays {
  const bought = Int32Array.from(lines.at.keys()).filter(i => lines.amount[i]! > 0)
  const rows = {
    customer: bought.map(i => lines.customer[i]!),
    day: bought.map(i => Math.floor(lines.at[i]! / DAY)),
    amount: Float64Array.from(bought, i => lines.amount[i]!),
  }
  return purchaseDays(rows, customers.id.length, Math.floor(asOf / DAY))
}

const table = (name: SnapshotTableName, rows: readonly (readonly Cell[])[]): Table => ({
  name,
  columns: tableColumns[name],
  rows: rows.map(row => row.map(finite)),
})

/** What is not a number has nothing to say. */
const finite = (cell: Cell): Cell => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell)
