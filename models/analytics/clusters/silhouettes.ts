import { squaredDistance } from '../../squared-distance.ts'

/** How well the points of a clustering lie in their clusters, −1 to 1. */
export interface Silhouette {
  readonly mean: number
  /** Of the points' own silhouettes. */
  readonly deviation: number
  readonly points: number
  /** The mean of each cluster; 0 of one without points. */
  readonly ofCluster: Float64Array
}

/**
 * The silhouette of each of several clusterings of the same points (Rousseeuw 1987): of a point (b − a) / max(a, b), a its mean distance to the others
 * of its cluster, b that to the nearest other cluster; 0 of a point that is alone in its cluster, as in scikit-learn. Undefined of a
 * clustering with fewer than two clusters that have points.
 *
 * Every distance is measured once for all clusterings: points² / 2 · (d + 2 · clusterings), nothing of that size is kept.
 */
export function silhouettesOf(points: Float64Array, d: number, clusterings: readonly Int32Array[]): (Silhouette | undefined)[] {
  const count = clusterings[0]?.length ?? 0
  const sizes = clusterings.map(sizesOf)
  const from = offsets(sizes.map(({ length }) => length))
  const sums = distanceSums(points, d, count, clusterings, from)
  const width = from.at(-1)!
  return clusterings.map((of, l) => silhouette(of, sizes[l]!, (i, c) => sums[i * width + from[l]! + c]!))
}

/** For each point, over all clusterings, the distances to the points of each cluster added up. */
function distanceSums(
  points: Float64Array,
  d: number,
  count: number,
  clusterings: readonly Int32Array[],
  from: Int32Array,
): Float64Array {
  const [width, each] = [from.at(-1)!, clusterings.length]
  const sums = new Float64Array(count * width)
  const places = new Int32Array(count * each)
  for (const [l, of] of clusterings.entries()) for (let i = 0; i < count; i++) places[i * each + l] = from[l]! + of[i]!
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const apart = Math.sqrt(squaredDistance(points, i * d, points, j * d, d))
      for (let l = 0; l < each; l++) {
        sums[i * width + places[j * each + l]!]! += apart
        sums[j * width + places[i * each + l]!]! += apart
      }
    }
  }
  return sums
}

function silhouette(
  of: Int32Array,
  sizes: Int32Array,
  sumTo: (point: number, cluster: number) => number,
): Silhouette | undefined {
  if (sizes.filter(size => size > 0).length < 2) return undefined
  const ofCluster = new Float64Array(sizes.length)
  let [sum, squares] = [0, 0]
  for (let i = 0; i < of.length; i++) {
    const own = of[i]!
    if (sizes[own]! < 2) continue
    const within = sumTo(i, own) / (sizes[own]! - 1)
    let nearest = Number.POSITIVE_INFINITY
    for (let c = 0; c < sizes.length; c++) {
      if (c !== own && sizes[c]! > 0) nearest = Math.min(nearest, sumTo(i, c) / sizes[c]!)
    }
    const most = Math.max(within, nearest)
    const value = most === 0 ? 0 : (nearest - within) / most
    sum += value
    squares += value * value
    ofCluster[own]! += value / sizes[own]!
  }
  const mean = sum / of.length
  return { mean, deviation: Math.sqrt(Math.max(0, squares / of.length - mean * mean)), points: of.length, ofCluster }
}

function sizesOf(of: Int32Array): Int32Array {
  let most = -1
  for (const c of of) most = Math.max(most, c)
  const sizes = new Int32Array(most + 1)
  for (const c of of) sizes[c]!++
  return sizes
}

/** Where each of several runs of these lengths begins, one after the other, and at the end where all end. */
function offsets(lengths: readonly number[]): Int32Array {
  const from = new Int32Array(lengths.length + 1)
  for (const [at, length] of lengths.entries()) from[at + 1] = from[at]! + length
  return from
}
