import type { Interval } from './interval.ts'

/** So many of so many. */
export interface Proportion {
  readonly of: number
  readonly hits: number
}

const Z95 = 1.959963985

/** Wilson's score interval of a share, which holds also where few or none hit (Wilson 1927, JASA 22). */
export function wilson({ of, hits }: Proportion): { readonly low: number; readonly high: number } {
  const share = hits / of
  const z2 = Z95 * Z95
  const middle = (2 * hits + z2) / (2 * (of + z2))
  const reach = (Z95 * Math.sqrt(z2 + 4 * hits * (1 - share))) / (2 * (of + z2))
  return { low: hits === 0 ? 0 : middle - reach, high: hits === of ? 1 : middle + reach }
}

/**
 * How much higher the share of `these` is than that of `others`. The hybrid score interval, method 10 of Newcombe 1998 (Statistics in Medicine 17,
 * 873–890): it keeps its promise for small groups and shares near 0, where the usual one does not, and never leaves −1 to 1. Neither group may be empty.
 */
export function shareDifference(these: Proportion, others: Proportion): Interval {
  const [a, b] = [these.hits / these.of, others.hits / others.of]
  const [one, two] = [wilson(these), wilson(others)]
  return {
    difference: a - b,
    low: a - b - Math.hypot(a - one.low, two.high - b),
    high: a - b + Math.hypot(one.high - a, b - two.low),
  }
}
