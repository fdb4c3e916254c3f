import { bestOfStarts, type Clusters, nearestCentre } from '../../k-means.ts'
import { Random } from '../../random.ts'
import { rowsAt } from '../../sample-rows.ts'
import { adjustedRand } from './adjusted-rand.ts'

/** How far clusterings of resamples agree on all rows: adjusted Rand indices, 1 where they always tell the same apart. */
export interface Stability {
  readonly mean: number
  readonly deviation: number
  readonly pairs: number
}

export interface StabilityOptions {
  readonly k: number
  readonly seed: number
  readonly pairs: number
}

/** Starts of a resample's clustering: enough that it is the data that differ, not the luck. */
const STARTS = 4
const ROUNDS = 50

/**
 * Draws pairs of bootstrap samples, clusters each, has both tell all points apart by their nearest centres and compares (Fang & Wang 2012,
 * "Selection of the number of clusters via the bootstrap method", with the adjusted Rand index for distance). Points row-major, at least one.
 */
export function stabilityOf(points: Float64Array, d: number, { k, seed, pairs }: StabilityOptions): Stability {
  const random = new Random('resamples', seed, k)
  const draw = () => resampled(points, d, k, random)
  const agreements = Array.from({ length: pairs }, () => adjustedRand(draw(), draw()))
  const mean = agreements.reduce((sum, one) => sum + one, 0) / pairs
  const variance = agreements.reduce((sum, one) => sum + (one - mean) ** 2, 0) / pairs
  return { mean, deviation: Math.sqrt(variance), pairs }
}

function resampled(points: Float64Array, d: number, k: number, random: Random): Int32Array {
  const count = points.length / d
  const rows = Int32Array.from({ length: count }, () => random.int(0, count - 1))
  const options = { k, starts: STARTS, rounds: ROUNDS, seed: random.uint32(), sample: count }
  return nearestOf(points, d, bestOfStarts(rowsAt(points, d, rows), d, options))
}

/** Of each point, the number of the nearest centre. */
export function nearestOf(points: Float64Array, d: number, clusters: Pick<Clusters, 'dimensions' | 'centres'>): Int32Array {
  const of = new Int32Array(points.length / d)
  for (let i = 0; i < of.length; i++) of[i] = nearestCentre(clusters, points, i * d)
  return of
}
