import type { Random } from './random.ts'
import { squaredDistance } from './squared-distance.ts'

/**
 * Points drawn as first centres, far from each other with chances by squared distance (k-means++, Arthur & Vassilvitskii 2007), each the best
 * of 2 + ln k draws (greedy, as the authors and scikit-learn do). Row-major; fewer than k where there are fewer different points.
 */
export function seedCentres(points: Float64Array, d: number, k: number, random: Random): Float64Array {
  const count = points.length / d
  if (count === 0 || k < 1) return new Float64Array(0)
  const trials = 2 + Math.floor(Math.log(k))
  const chosen = [random.int(0, count - 1)]
  let [away, best, other] = [
    new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    new Float64Array(count),
    new Float64Array(count),
  ]
  let all = nearer(points, d, chosen[0]!, away, away)
  while (chosen.length < k && all > 0) {
    let [least, next] = [Number.POSITIVE_INFINITY, -1]
    for (let trial = 0; trial < trials; trial++) {
      const drawn = draw(away, random.float() * all)
      const left = nearer(points, d, drawn, away, other)
      if (left >= least) continue
      ;[least, next] = [left, drawn]
      ;[best, other] = [other, best]
    }
    chosen.push(next)
    ;[away, best] = [best, away]
    all = least
  }
  const centres = new Float64Array(chosen.length * d)
  for (const [c, i] of chosen.entries()) centres.set(points.subarray(i * d, (i + 1) * d), c * d)
  return centres
}

/** Writes how far each point would be from its nearest centre, squared, if point `next` were one too; returns the sum. */
function nearer(points: Float64Array, d: number, next: number, away: Float64Array, out: Float64Array): number {
  let sum = 0
  for (let i = 0, at = 0; i < away.length; i++, at += d) {
    const least = Math.min(away[i]!, squaredDistance(points, at, points, next * d, d))
    out[i] = least
    sum += least
  }
  return sum
}

/** Where the running sum of shares passes a mark. */
function draw(shares: Float64Array, mark: number): number {
  let [sum, last] = [0, -1]
  for (let i = 0; i < shares.length; i++) {
    if (shares[i] === 0) continue
    last = i
    sum += shares[i]!
    if (sum > mark) return i
  }
  return last // rounding: the mark was the whole sum
}
