import { candidateOf, chosenOf, comparedOf, ksOf } from '../../models/analytics/clusters/cluster-customers.ts'
import { standardise } from '../../models/analytics/clusters/standardise.ts'
import type { RfmColumns } from '../../models/analytics/rfm/rfm-columns.ts'
import { rfmFeatures } from '../../models/analytics/rfm/rfm-features.ts'
import type { ClusteredBuyers } from './tables/cluster-tables.ts'

export interface ClusterStageOptions {
  readonly asOf: number
  readonly maxClusters: number
  readonly seed: number
  readonly say: (what: string) => void
  readonly signal: AbortSignal
}

/** Customers with a purchase in clusters, one number of clusters after the other. */
export async function clusterStage(facts: RfmColumns, options: ClusterStageOptions): Promise<ClusteredBuyers> {
  const { asOf, maxClusters, seed, say, signal } = options
  const { customers, features } = rfmFeatures(facts, asOf)
  const standard = standardise(features, customers.length)
  const compared = comparedOf(standard, seed)
  const candidates = []
  for (const k of ksOf(standard, maxClusters)) {
    signal.throwIfAborted()
    say(`${k} clusters of ${maxClusters}`)
    candidates.push(candidateOf(compared, k, seed))
    await new Promise(setImmediate)
  }
  return { customers, clusters: chosenOf(features, standard, candidates, { maxClusters, seed }) }
}
