import { bestOfStarts, type Clusters, settledOn } from '../../k-means.ts'
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
  /** Rows that numbers of clusters were compared on, all or a sample of them: inertia of `evidence` is of these. */
  readonly comparedRows: number
  /** Rows that silhouettes were measured on, all or a sample of them. */
  readonly silhouetteRows: number
  readonly inertia: number
}

/** Numbers of clusters are compared on so many rows at most; the one that is chosen is found of all. */
const COMPARED_ROWS = 20_000
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
    ksOf(standard, options.maxClusters).map(k => candidateOf(comparedOf(standard, options.seed), k, options.seed)),
    options,
  )
}

/** What numbers of clusters are compared on: all rows, or a sample, always the same. */
export function comparedOf(standard: Standardised, seed: number): Standardised {
  const { rows, dimensions, points } = standard
  if (rows <= COMPARED_ROWS) return standard
  return { ...standard, rows: COMPARED_ROWS, points: rowsAt(points, dimensions, comparedRows(rows, seed)) }
}

const comparedRows = (rows: number, seed: number): Int32Array => sampleOf(rows, COMPARED_ROWS, new Random('compared', seed))

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

/** What comes of the candidates, ascending by k, each of `comparedOf` these rows. Those with fewer clusters than their k, for want of different rows, are left out. */
export function chosenOf(
  features: readonly Feature[],
  standard: Standardised,
  candidates: readonly Candidate[],
  { seed, maxClusters }: ClusterOptions,
): CustomerClusters {
  const { dimensions: d } = standard
  const compared = comparedOf(standard, seed)
  const found = candidates.filter(({ k, clusters }) => clusters.centres.length === k * d)
  const sample = sampleOf(compared.rows, SILHOUETTE_ROWS, new Random('silhouettes', seed))
  const silhouettesBy = (labels: readonly Int32Array[]) => silhouettesOf(rowsAt(compared.points, d, sample), d, labels)
  const silhouettes = silhouettesBy(found.map(({ clusters }) => sample.map(i => clusters.of[i]!)))
  const all = squaresAround(compared.points, d)
  const evidence = found.map((candidate, at) => evidenceOf(candidate, all, silhouettes[at]))
  const elbow = elbowOf(evidence, all)
  const choice = chooseK(evidence, elbow)
  const at = found.findIndex(({ k }) => k === choice.k)
  const single = at < 0 ? whySingle(standard, maxClusters) : undefined
  const chosen = at < 0 ? together(standard) : found[at]!.clusters
  const clusters = compared === standard || at < 0 ? chosen : largestFirst(settledOn(standard.points, chosen, ROUNDS))
  const [silhouette] =
    clusters === chosen || at < 0 ? [silhouettes[at]] : silhouettesBy([labelsOf(clusters, standard.rows, sample, seed)])
  const told = standard.treatments.filter(({ treatment }) => treatment !== 'constant').map(({ name }) => name)
  return {
    of: clusters.of,
    clusters: describeClusters(features, told, clusters, standard.rows === 0 ? 0 : choice.k, silhouette?.ofCluster),
    treatments: standard.treatments,
    choice,
    single,
    elbow,
    evidence,
    comparedRows: compared.rows,
    silhouetteRows: sample.length,
    inertia: clusters.inertia,
  }
}

/** Everybody in one cluster, about the mean. */
const together = ({ rows, dimensions, points }: Standardised): Clusters => ({
  dimensions,
  centres: new Float64Array(dimensions),
  of: new Int32Array(rows),
  inertia: squaresAround(points, dimensions),
})

/** The clusters of all rows at the sampled ones of those that were compared. */
function labelsOf({ of }: Clusters, rows: number, sample: Int32Array, seed: number): Int32Array {
  const compared = comparedRows(rows, seed)
  return sample.map(i => of[compared[i]!]!)
}

function whySingle({ rows, dimensions }: Standardised, maxClusters: number): Single {
  if (rows === 0) return 'no_customers'
  if (rows === 1) return 'one_customer'
  if (dimensions === 0) return 'all_alike'
  return maxClusters < 2 ? 'not_asked_for_more' : 'too_few_customers'
}
