import type { CustomerClusters } from '../../../models/analytics/clusters/cluster-customers.ts'
import type { Cell } from '../table.ts'

/** The rows of the table `clusters`: features' means are in the units of `rfmFeatures`. */
export function clusterRows({ clusters, of }: CustomerClusters): Cell[][] {
  return clusters.map(({ name, strategy, customers, means, silhouette }, at) => [
    at + 1,
    name.english,
    customers,
    of.length === 0 ? null : customers / of.length,
    silhouette,
    means.recency ?? null,
    means.frequency ?? null,
    means.monetary ?? null,
    means.averageOrder ?? null,
    means.tenure ?? null,
    strategy.goal,
    strategy.action,
  ])
}

/** The rows of the table `cluster_choice`. */
export const choiceRows = ({ evidence, choice }: CustomerClusters): Cell[][] =>
  evidence.map(({ k, inertia, silhouette, calinskiHarabasz, stability }) => [
    k,
    inertia,
    silhouette?.mean ?? null,
    calinskiHarabasz ?? null,
    stability?.mean ?? null,
    k === choice.k ? 'yes' : '',
  ])
