import { clusterCustomers } from '../../../models/analytics/clusters/cluster-customers.ts'
import { rfmFeatures } from '../../../models/analytics/rfm/rfm-features.ts'
import type { RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import { endOfLines, rfmStage } from '../rfm-stage.ts'
import type { ShopColumns } from '../shop-columns.ts'
import type { AnalysisTables, Table } from '../table.ts'
import { clusterChoiceTable, clustersTable } from '../tables/cluster-tables.ts'
import { overviewTable, segmentsTable } from '../tables/rfm-tables.ts'
import { cohortsTable, monthsTable } from '../tables/time-tables.ts'
import { valueBySegmentTable, valueTable } from '../tables/value-tables.ts'
import { lastObserved, valueStage } from '../value-stage.ts'

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

const CLUSTERS = { maxClusters: 10, seed: 42 }
/** A year ahead. */
const HORIZON_DAYS = 365

/** The tables of a snapshot, of a shop as of an instant, by the stages of `tarang analyze`. The same shop and instant give the same tables. */
export function snapshotTables(shop: ShopColumns, asOf: number): SnapshotTables {
  const rfm = rfmStage(shop, asOf)
  const { customers, features } = rfmFeatures(rfm.facts, asOf)
  const clusters = { customers, clusters: clusterCustomers(features, customers.length, CLUSTERS) }
  const value = valueStage(shop, lastObserved(asOf, endOfLines(shop)), HORIZON_DAYS)
  return {
    tables: {
      overview: overviewTable(shop, rfm, asOf),
      segments: segmentsTable(rfm),
      months: monthsTable(shop, rfm.facts, value.days),
      cohorts: cohortsTable(value.days),
      clusters: clustersTable(clusters),
      cluster_choice: clusterChoiceTable(clusters),
      value: valueTable(value, rfm),
      value_by_segment: valueBySegmentTable(shop, value, rfm, asOf),
    },
    degraded: value.of === undefined ? [{ stage: 'value', says: value.notes.join(' ') }] : [],
    rfm,
  }
}
