import type { Interval } from './interval.ts'
import { outside, tBound } from './student-t.ts'

/** Of a sample: its size, its mean, and its variance (with size − 1). */
export interface Sample {
  readonly of: number
  readonly mean: number
  readonly variance: number
}

/** A difference of means, and how likely one as large is by chance alone. */
export interface TestedDifference extends Interval {
  readonly t: number
  readonly freedom: number
  /** Two-sided. */
  readonly p: number
}

/**
 * How much higher the mean of `these` is than that of `others`, whatever the variances: Welch 1947 (Biometrika 34), with the degrees of freedom of
 * Satterthwaite 1946. Both have at least two.
 */
export function meanDifference(these: Sample, others: Sample): Interval {
  const [a, b] = [these.variance / these.of, others.variance / others.of]
  const difference = these.mean - others.mean
  if (a + b === 0) return { difference, low: difference, high: difference }
  const reach = tBound(freedomOf(these, others)) * Math.sqrt(a + b)
  return { difference, low: difference - reach, high: difference + reach }
}

/** Welch's t test: the same with t, its degrees of freedom, and p. Where neither sample has any spread, p is 0 if they differ and 1 if not. */
export function welchTest(these: Sample, others: Sample): TestedDifference {
  const [interval, error] = [meanDifference(these, others), Math.sqrt(these.variance / these.of + others.variance / others.of)]
  if (error === 0) return { ...interval, t: 0, freedom: these.of + others.of - 2, p: interval.difference === 0 ? 1 : 0 }
  const [t, freedom] = [interval.difference / error, freedomOf(these, others)]
  return { ...interval, t, freedom, p: outside(Math.abs(t), freedom) }
}

/** In shares of the larger, so that nothing is too small or large to be squared. */
function freedomOf(these: Sample, others: Sample): number {
  const [a, b] = [these.variance / these.of, others.variance / others.of]
  const share = a / (a + b)
  return 1 / (share ** 2 / (these.of - 1) + (1 - share) ** 2 / (others.of - 1))
}
