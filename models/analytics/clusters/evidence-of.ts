import type { Clusters } from '../../k-means.ts'
import { calinskiHarabasz } from './calinski-harabasz.ts'
import type { Evidence } from './choose-k.ts'
import { kneeOf } from './knee.ts'
import type { Silhouette } from './silhouettes.ts'
import type { Stability } from './stability.ts'

/** One number of clusters, clustered. */
export interface Candidate {
  readonly k: number
  readonly clusters: Clusters
  readonly stability: Stability
}

/**
 * What speaks for a candidate.
 *
 * @param all the inertia of one cluster (`squaresAround`)
 * @param silhouette of all its rows, or of a sample of them; the standard error is that of a sample
 */
export function evidenceOf({ k, clusters, stability }: Candidate, all: number, silhouette: Silhouette | undefined): Evidence {
  return {
    k,
    inertia: clusters.inertia,
    calinskiHarabasz: calinskiHarabasz(all, clusters.inertia, clusters.of.length, k),
    silhouette: silhouette && { mean: silhouette.mean, standardError: silhouette.deviation / Math.sqrt(silhouette.points) },
    stability,
  }
}

/** No inertia is a smaller part of one cluster's: rounding. */
const NO_INERTIA = 1e-9

/**
 * The knee of ln inertia: what a further cluster takes off, as a part of what was left. On inertia itself the first cuts dwarf all that follow, and the
 * knee comes too early (18 of the 60 sets of `chooseK` against 44).
 */
export function elbowOf(evidence: readonly Evidence[], all: number): number | undefined {
  const curve = [{ k: 1, inertia: all }, ...evidence]
  return kneeOf(
    curve.map(({ k }) => k),
    curve.map(({ inertia }) => Math.log(Math.max(inertia, all * NO_INERTIA))),
  )
}

/** The squared distances of all points from their mean: the inertia of one cluster. */
export function squaresAround(points: Float64Array, d: number): number {
  let sum = 0
  for (let f = 0; f < d; f++) {
    let [mean, seen] = [0, 0]
    // Welford 1962: exact where points lie far from 0, which clipping may bring about.
    for (let at = f; at < points.length; at += d) {
      const away = points[at]! - mean
      mean += away / ++seen
      sum += away * (points[at]! - mean)
    }
  }
  return sum
}
