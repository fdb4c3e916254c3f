import { bestOfStarts } from '../../k-means.ts'
import { Random } from '../../random.ts'
import { rowsAt, sampleOf } from '../../sample-rows.ts'
import { type Choice, chooseK, type Evidence } from './choose-k.ts'
import { type CustomerCluster, describeClusters } from './describe-clusters.ts'
import { type Candidate, elbowOf, evidenceOf, squaresAround } from './evidence-of.ts'
import { largestFirst } from './largest-first.ts'
import { silhouettesOf } from './silhouettes.ts'
import { stabilityOf } from './stability.ts'
import { type Feature, type Standardised, standardise, type Treatment } from './standardise.ts'

export interface ClusterOptions {
  /** The most clusters to look for; 1 or less: everybody is in one. */
  readonly maxClusters: number
  readonly seed: number
}

/** Why customers are in one cluster. */
export type Single = 'no_customers' | 'one_customer' | 'all_alike' | 'not_asked_for_more' | 'too_few_customers'

export interface CustomerClusters {
  /** Of each row, the number of its cluster; the largest cluster is 0. */
  readonly of: Int32Array
  readonly clusters: readonly CustomerCluster[]
  readonly treatments: readonly Treatment[]
  readonly choice: Choice
  /** Undefined where k was chosen among several. */
  readonly single: Single | undefined
  /** Where the curve of ln inertia has its knee. */
  readonly elbow: number | undefined
  readonly evidence: readonly Evidence[]
  /** Rows that silhouettes were measured on, all or a sample of them. */
  readonly silhouetteRows: number
  readonly inertia: number
}

/** Silhouettes are exact below this many rows, and of a sample of so many from there on. */
const SILHOUETTE_ROWS = 5000
/** Starts for each k; of more rows than this they are made on a sample. */
const STARTS = 16
const START_ROWS = 5000
const ROUNDS = 300
/** Rows that resamples are drawn of, and pairs of them. */
const STABILITY_ROWS = 1000
const STABILITY_PAIRS = 10

/**
 * Customers in clusters: columns standardised, every k up to the most clustered from many starts, one of them chosen with its reasons, clusters named
 * from their centres. The same rows and seed give the same result. What cannot be clustered is one cluster that says why.
 */
export function clusterCustomers(features: readonly Feature[], rows: number, options: ClusterOptions): CustomerClusters {
  const standard = standardise(features, rows)
  return chosenOf(
    features,
    standard,
    ksOf(standard, options.maxClusters).map(k => candidateOf(standard, k, options.seed)),
    options,
  )
}

/** The numbers of clusters to try: from 2, none where there is nothing to tell apart. */
export function ksOf({ rows, dimensions }: Standardised, maxClusters: number): number[] {
  const most = dimensions === 0 ? 1 : Math.min(maxClusters, rows - 1)
  return Array.from({ length: Math.max(0, most - 1) }, (_, at) => at + 2)
}

/** One number of clusters, clustered: what a thread of its own may find, each k by itself. */
export function candidateOf({ rows, dimensions, points }: Standardised, k: number, seed: number): Candidate {
  const clusters = largestFirst(bestOfStarts(points, dimensions, { k, seed, starts: STARTS, rounds: ROUNDS, sample: START_ROWS }))
  const some = rowsAt(points, dimensions, sampleOf(rows, STABILITY_ROWS, new Random('stability', seed)))
  return { k, clusters, stability: stabilityOf(some, dimensions, { k, seed, pairs: STABILITY_PAIRS }) }
}

/** What comes of the candidates, ascending by k. Those with fewer clusters than their k, for want of different rows, are left out. */
export function chosenOf(
  features: readonly Feature[],
  standard: Standardised,
  candidates: readonly Candidate[],
  { seed, maxClusters }: ClusterOptions,
): CustomerClusters {
  const { rows, dimensions: d, points } = standard
  const found = candidates.filter(({ k, clusters }) => clusters.centres.length === k * d)
  const sample = sampleOf(rows, SILHOUETTE_ROWS, new Random('silhouettes', seed))
  const silhouettes = silhouettesOf(
    rowsAt(points, d, sample),
    d,
    found.map(({ clusters }) => sample.map(i => clusters.of[i]!)),
  )
  const all = squaresAround(points, d)
  const evidence = found.map((candidate, at) => evidenceOf(candidate, all, silhouettes[at]))
  const elbow = elbowOf(evidence, all)
  const choice = chooseK(evidence, elbow)
  const at = found.findIndex(({ k }) => k === choice.k)
  const single = at < 0 ? whySingle(standard, maxClusters) : undefined
  const clusters = found[at]?.clusters ?? { dimensions: d, centres: new Float64Array(d), of: new Int32Array(rows), inertia: all }
  const told = standard.treatments.filter(({ treatment }) => treatment !== 'constant').map(({ name }) => name)
  const many = rows === 0 ? 0 : choice.k
  return {
    of: clusters.of,
    clusters: describeClusters(features, told, clusters, many, silhouettes[at]?.ofCluster),
    treatments: standard.treatments,
    choice,
    single,
    elbow,
    evidence,
    silhouetteRows: sample.length,
    inertia: clusters.inertia,
  }
}

function whySingle({ rows, dimensions }: Standardised, maxClusters: number): Single {
  if (rows === 0) return 'no_customers'
  if (rows === 1) return 'one_customer'
  if (dimensions === 0) return 'all_alike'
  return maxClusters < 2 ? 'not_asked_for_more' : 'too_few_customers'
}
