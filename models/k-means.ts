import { Random } from './random.ts'

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
 * k-means: seeds drawn far from each other with chances by squared distance (k-means++, Arthur & Vassilvitskii 2007), then points to their
 * nearest centre and centres to the means of their points until nothing moves (Lloyd 1982). A centre left without points stays.
 *
 * A round costs points · k · d multiply-adds. Points are `dimensions` numbers each, row-major.
 */
export function kMeans(points: Float64Array, dimensions: number, { k, rounds, seed }: KMeansOptions): Clusters {
  const centres = seeds(points, dimensions, k, new Random('k-means', seed))
  const of = new Int32Array(points.length / dimensions).fill(-1)
  let { moved, inertia } = assign(points, dimensions, centres, of)
  for (let round = 0; moved > 0 && round < rounds; round++) {
    centre(points, dimensions, centres, of)
    ;({ moved, inertia } = assign(points, dimensions, centres, of))
  }
  return { dimensions, centres, of, inertia }
}

/** The number of the centre nearest to a point; the first of several; −1 where there is none. */
export function nearestCentre({ dimensions, centres }: Pick<Clusters, 'dimensions' | 'centres'>, point: Float64Array): number {
  let [nearest, least] = [-1, Number.POSITIVE_INFINITY]
  for (let c = 0; c * dimensions < centres.length; c++) {
    const away = distance(point, 0, centres, c * dimensions, dimensions)
    if (away < least) [nearest, least] = [c, away]
  }
  return nearest
}

function seeds(points: Float64Array, d: number, k: number, random: Random): Float64Array {
  const count = points.length / d
  const chosen: number[] = []
  const away = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  let next = count === 0 ? -1 : random.int(0, count - 1)
  while (next >= 0 && chosen.length < k) {
    chosen.push(next)
    let all = 0
    for (let i = 0; i < count; i++) {
      away[i] = Math.min(away[i]!, distance(points, i * d, points, next * d, d))
      all += away[i]!
    }
    next = all === 0 ? -1 : drawn(away, random.float() * all)
  }
  return Float64Array.from(chosen.flatMap(i => [...points.subarray(i * d, (i + 1) * d)]))
}

/** Where the running sum of shares passes a mark. */
function drawn(shares: Float64Array, mark: number): number {
  let [sum, last] = [0, -1]
  for (let i = 0; i < shares.length; i++) {
    if (shares[i] === 0) continue
    last = i
    sum += shares[i]!
    if (sum > mark) return i
  }
  return last // rounding: the mark was the whole sum
}

function assign(points: Float64Array, d: number, centres: Float64Array, of: Int32Array): { moved: number; inertia: number } {
  let [moved, inertia] = [0, 0]
  for (let i = 0; i < of.length; i++) {
    let [nearest, least] = [0, Number.POSITIVE_INFINITY]
    for (let c = 0; c * d < centres.length; c++) {
      const away = distance(points, i * d, centres, c * d, d)
      if (away < least) [nearest, least] = [c, away]
    }
    if (of[i] !== nearest) moved++
    of[i] = nearest
    inertia += least
  }
  return { moved, inertia }
}

function centre(points: Float64Array, d: number, centres: Float64Array, of: Int32Array): void {
  const sums = new Float64Array(centres.length)
  const counts = new Int32Array(centres.length / d)
  for (let i = 0; i < of.length; i++) {
    counts[of[i]!]!++
    for (let f = 0; f < d; f++) sums[of[i]! * d + f]! += points[i * d + f]!
  }
  for (let c = 0; c < counts.length; c++)
    if (counts[c]! > 0) for (let f = 0; f < d; f++) centres[c * d + f] = sums[c * d + f]! / counts[c]!
}

function distance(a: Float64Array, i: number, b: Float64Array, j: number, d: number): number {
  let sum = 0
  for (let f = 0; f < d; f++) sum += (a[i + f]! - b[j + f]!) ** 2
  return sum
}
