import { Random } from '../random.ts'

/** What a list of recommendations was worth to one user. */
export interface UserMetrics {
  readonly hit: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly ndcg: number
  /** Recall of the first 20, whatever k is. */
  readonly recall20: number
}

/**
 * Of a list, best first, and what the user then took: hit rate, precision, recall and F1 at k, and NDCG at k with gains of 0 and 1
 * (Järvelin & Kekäläinen 2002), whose ideal is a list of min(k, taken) hits.
 */
export function userMetrics(list: readonly string[], taken: ReadonlySet<string>, k: number): UserMetrics {
  let [hits, gain, ideal, hits20] = [0, 0, 0, 0]
  for (let place = 0; place < Math.max(k, 20); place++) {
    const hit = place < list.length && taken.has(list[place]!)
    if (hit && place < 20) hits20++
    if (place >= k) continue
    if (hit) {
      hits++
      gain += 1 / Math.log2(place + 2)
    }
    if (place < taken.size) ideal += 1 / Math.log2(place + 2)
  }
  const precision = hits / k
  const recall = hits / taken.size
  return {
    hit: hits > 0 ? 1 : 0,
    precision,
    recall,
    f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    ndcg: gain / ideal,
    recall20: hits20 / taken.size,
  }
}

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

const RESAMPLES = 1000

/** The mean of values, one a user, with the 95 % interval of the bootstrap over users (Efron & Tibshirani 1993, percentile method). */
export function bootstrap(values: readonly number[], seed = 1): Interval {
  const mean = meanOf(values)
  if (values.length < 2) return { mean, low: mean, high: mean }
  const random = new Random('bootstrap', seed)
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random.float() * values.length)]!
    return sum / values.length
  }).sort()
  return { mean, low: means[Math.floor(0.025 * RESAMPLES)]!, high: means[Math.ceil(0.975 * RESAMPLES) - 1]! }
}

export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** How unevenly recommendations fall on products: 0 all alike, towards 1 all on one (Gini). @param counts of every product, also those never recommended */
export function gini(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b)
  const all = sorted.reduce((sum, count) => sum + count, 0)
  if (all === 0) return 0
  const weighted = sorted.reduce((sum, count, i) => sum + (i + 1) * count, 0)
  return (2 * weighted) / (sorted.length * all) - (sorted.length + 1) / sorted.length
}
