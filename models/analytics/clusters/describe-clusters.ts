import type { Clusters } from '../../k-means.ts'
import { type ClusterStrategy, strategyOfCluster } from './cluster-strategy.ts'
import { type ClusterName, nameClusters } from './name-clusters.ts'
import type { Feature } from './standardise.ts'

export interface CustomerCluster {
  readonly name: ClusterName
  readonly strategy: ClusterStrategy
  readonly customers: number
  /** In the features' own units, of those whose value is known; null where none is. */
  readonly means: Readonly<Record<string, number | null>>
  /** In deviations from the mean of all, of the features that were clustered by. */
  readonly centre: Readonly<Record<string, number>>
  /** How well its customers lie in it, −1 to 1; null where there is only one cluster. */
  readonly silhouette: number | null
}

/**
 * What each cluster is like and what to do about it.
 *
 * @param features all columns, told of or not
 * @param told names of the columns that are the dimensions of the clusters, in their order
 */
export function describeClusters(
  features: readonly Feature[],
  told: readonly string[],
  { dimensions, centres, of }: Clusters,
  k: number,
  silhouettes: Float64Array | undefined,
): CustomerCluster[] {
  const names = nameClusters(told, centres, k)
  const customers = new Int32Array(k)
  for (const c of of) customers[c]!++
  const means = features.map(({ values }) => meansOf(values, of, k))
  return names.map((name, c) => {
    const centre = Object.fromEntries(told.map((feature, f) => [feature, centres[c * dimensions + f]!]))
    return {
      name,
      strategy: strategyOfCluster(centre),
      customers: customers[c]!,
      means: Object.fromEntries(features.map(({ name }, f) => [name, means[f]![c]!])),
      centre,
      silhouette: silhouettes?.[c] ?? null,
    }
  })
}

/** The mean of each cluster's known values, carried along so that no sum overflows. */
function meansOf(values: Float64Array, of: Int32Array, k: number): (number | null)[] {
  const [means, known] = [new Float64Array(k), new Int32Array(k)]
  for (let i = 0; i < of.length; i++) {
    if (!Number.isFinite(values[i])) continue
    const c = of[i]!
    known[c]!++
    means[c]! += values[i]! / known[c]! - means[c]! / known[c]!
  }
  return Array.from(means, (mean, c) => (known[c] === 0 ? null : mean))
}
