import type { Interval } from './interval.ts'
import { tBound } from './student-t.ts'

/** Of a sample: its size, its mean, and its variance (with size − 1). */
export interface Sample {
  readonly of: number
  readonly mean: number
  readonly variance: number
}

/**
 * How much higher the mean of `these` is than that of `others`, whatever the variances: Welch 1947 (Biometrika 34), with the degrees of freedom of
 * Satterthwaite 1946. Both have at least two.
 */
export function meanDifference(these: Sample, others: Sample): Interval {
  const [a, b] = [these.variance / these.of, others.variance / others.of]
  const difference = these.mean - others.mean
  if (a + b === 0) return { difference, low: difference, high: difference }
  const freedom = (a + b) ** 2 / (a ** 2 / (these.of - 1) + b ** 2 / (others.of - 1))
  const reach = tBound(freedom) * Math.sqrt(a + b)
  return { difference, low: difference - reach, high: difference + reach }
}
