import type { CustomerClusters } from '../../../models/analytics/clusters/cluster-customers.ts'
import { NO_SEGMENT, type RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import type { Table } from '../table.ts'
import { tableOf } from './table-of.ts'

/** Customers with a purchase, and the clusters they are in: row i of `clusters` is customer `customers[i]`. */
export interface ClusteredBuyers {
  readonly customers: Int32Array
  readonly clusters: CustomerClusters
}

export function clustersTable({ customers, clusters: { clusters } }: ClusteredBuyers): Table {
  return tableOf(
    'clusters',
    clusters.map(({ name, customers: many, silhouette, means, strategy }, cluster) => ({
      cluster,
      name: name.english,
      customers: many,
      share_of_customers: many / customers.length,
      silhouette,
      mean_recency_days: means.recency ?? null,
      mean_orders: means.frequency ?? null,
      mean_gross: means.monetary ?? null,
      mean_order: means.averageOrder ?? null,
      mean_tenure_days: means.tenure ?? null,
      goal: strategy.goal,
      action: strategy.action,
    })),
  )
}

export function clusterChoiceTable({ clusters: { evidence, choice, elbow } }: ClusteredBuyers): Table {
  return tableOf(
    'cluster_choice',
    evidence.map(({ k, inertia, silhouette, calinskiHarabasz, stability }) => ({
      k,
      inertia,
      silhouette: silhouette?.mean ?? null,
      calinski_harabasz: calinskiHarabasz ?? null,
      stability: stability?.mean ?? null,
      chosen: k === choice.k ? 'chosen' : k === elbow ? 'elbow' : '',
    })),
  )
}

export function segmentClustersTable({ customers, clusters }: ClusteredBuyers, { segment, names }: RfmTable): Table {
  const k = clusters.clusters.length
  const counts = new Int32Array(names.length * k)
  for (let i = 0; i < customers.length; i++) {
    const s = segment[customers[i]!]!
    if (s !== NO_SEGMENT) counts[s * k + clusters.of[i]!]!++
  }
  const rows = names.flatMap((name, s) =>
    Array.from({ length: k }, (_, cluster) => ({ segment: name, cluster, customers: counts[s * k + cluster]! })),
  )
  return tableOf(
    'segment_clusters',
    rows.filter(({ customers }) => customers > 0),
  )
}
