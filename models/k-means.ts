import { boundedLloyd } from './bounded-lloyd.ts'
import { seedCentres } from './k-means-seeds.ts'
import { Random } from './random.ts'
import { rowsAt, sampleOf } from './sample-rows.ts'
import { squaredDistance } from './squared-distance.ts'

/** Centres, row-major k × d, and the number of the nearest of each point. */
export interface Clusters {
  readonly dimensions: number
  readonly centres: Float64Array
  readonly of: Int32Array
  /** The squared distances of all points from their centres, added up. */
  readonly inertia: number
}

export interface KMeansOptions {
  /** At most so many clusters: there are no more than different points. */
  readonly k: number
  /** At most so many rounds; it ends where no point moves. */
  readonly rounds: number
  readonly seed: number
}

/**
 * k-means from one start: first centres by k-means++ (`seedCentres`), then Lloyd's rounds with bounds (`boundedLloyd`).
 * Points are `dimensions` numbers each, row-major. A round costs points · k · d multiply-adds at worst, mostly a tenth of it.
 */
export function kMeans(points: Float64Array, dimensions: number, { k, rounds, seed }: KMeansOptions): Clusters {
  return settled(points, dimensions, seedCentres(points, dimensions, k, new Random('k-means', seed)), rounds, 0)
}

export interface StartsOptions extends KMeansOptions {
  readonly starts: number
  /** Of more points than this, the starts are made on a sample of so many. */
  readonly sample: number
}

/** So many of the best starts, of those that ended in different valleys, go on with all points until they are still. */
const GO_ON = 3
/** Inertias that differ by a smaller part are of one valley. */
const SAME_VALLEY = 1e-4
/** Where starts end, and where those that go on do: squares of how far the centres moved, all together, in deviations of the points. */
const NEARLY_STILL = 1e-4
const STILL = 1e-5

/**
 * The best of many starts, by inertia; the first of several. The same seed gives the same clusters.
 *
 * Of very many points, starts are made on a sample and the best of them go on with all points (Bradley & Fayyad 1998, "Refining initial
 * points for k-means clustering"): which valley a start ends in shows on the sample, and only its floor needs all points.
 *
 * @param points standardised, for where it ends is told in deviations
 */
export function bestOfStarts(points: Float64Array, dimensions: number, options: StartsOptions): Clusters {
  const { seed, starts, rounds, sample } = options
  const count = points.length / dimensions
  const sampled =
    count <= sample ? points : rowsAt(points, dimensions, sampleOf(count, sample, new Random('k-means sample', seed)))
  const found = Array.from({ length: starts }, (_, start) => startOf(sampled, dimensions, options, start)).sort(byInertia)
  const valleys = found.filter(({ inertia }, at) => at === 0 || inertia > found[at - 1]!.inertia * (1 + SAME_VALLEY))
  return valleys
    .slice(0, GO_ON)
    .map(({ centres }) => settled(points, dimensions, centres, rounds, STILL))
    .sort(byInertia)[0]!
}

/** The clusters of all points from centres that were found on a sample of them. */
export const settledOn = (points: Float64Array, { dimensions, centres }: Clusters, rounds: number): Clusters =>
  settled(points, dimensions, centres.slice(), rounds, STILL)

/** The number of the centre nearest to a point; the first of several; −1 where there is none. */
export function nearestCentre(
  { dimensions, centres }: Pick<Clusters, 'dimensions' | 'centres'>,
  point: Float64Array,
  at = 0,
): number {
  let [nearest, least] = [-1, Number.POSITIVE_INFINITY]
  for (let c = 0; c * dimensions < centres.length; c++) {
    const away = squaredDistance(point, at, centres, c * dimensions, dimensions)
    if (away < least) [nearest, least] = [c, away]
  }
  return nearest
}

const byInertia = (a: Clusters, b: Clusters): number => a.inertia - b.inertia

function startOf(points: Float64Array, dimensions: number, { k, rounds, seed }: StartsOptions, start: number): Clusters {
  const centres = seedCentres(points, dimensions, k, new Random('k-means', seed, start))
  return settled(points, dimensions, centres, rounds, NEARLY_STILL)
}

/** Where the centres end up; they are changed in place. */
function settled(points: Float64Array, dimensions: number, centres: Float64Array, rounds: number, tolerance: number): Clusters {
  return { dimensions, centres, ...boundedLloyd(points, dimensions, centres, rounds, tolerance) }
}
