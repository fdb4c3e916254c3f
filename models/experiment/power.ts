import { normalBelow } from '../bandit/normal.ts'
import { normalQuantile } from '../bandit/normal-quantile.ts'
import { outside } from '../uplift/student-t.ts'
import { noncentralTBelow } from './noncentral-t.ts'

/** How sure a test of two groups of the same size is to be: of what is not there (`alpha`, two-sided), and of finding what is (`power`). */
export interface Sureness {
  readonly alpha: number
  readonly power: number
}

export const USUAL: Sureness = { alpha: 0.05, power: 0.8 }

/** Nobody has more customers. */
const MOST = 1e12

/**
 * The chance that a test of two shares finds that they differ, with `perGroup` customers in each group (Fleiss, Levin & Paik 2003, §4.2, without continuity
 * correction; both tails).
 */
export function powerOfShares(perGroup: number, one: number, other: number, alpha: number): number {
  const middle = (one + other) / 2
  const [together, apart] = [Math.sqrt(2 * middle * (1 - middle)), Math.sqrt(one * (1 - one) + other * (1 - other))]
  if (one === other) return alpha
  if (apart === 0) return 1
  const [far, bound] = [Math.abs(one - other) * Math.sqrt(perGroup), -normalQuantile(alpha / 2) * together]
  return normalBelow((far - bound) / apart) + normalBelow((-far - bound) / apart)
}

/** The chance that a t test of two means finds that they differ by `effect` standard deviations, with `perGroup` (at least 2) in each group: Cohen 1988, §2. */
export function powerOfMeans(perGroup: number, effect: number, alpha: number): number {
  const freedom = 2 * perGroup - 2
  const [apart, bound] = [Math.abs(effect) * Math.sqrt(perGroup / 2), tQuantile(alpha, freedom)]
  return Math.min(1, 1 - noncentralTBelow(bound, freedom, apart) + 1 - noncentralTBelow(bound, freedom, -apart))
}

/** How many customers each group needs so that a difference of shares is found; null where there is none to be found. */
export const sampleSizeOfShares = (one: number, other: number, { alpha, power }: Sureness = USUAL): number | null =>
  one === other ? null : fewest(2, perGroup => powerOfShares(perGroup, one, other, alpha) >= power)

/** How many customers each group needs so that means which lie `effect` standard deviations apart are told to; null for 0. */
export const sampleSizeOfMeans = (effect: number, { alpha, power }: Sureness = USUAL): number | null =>
  effect === 0 ? null : fewest(2, perGroup => powerOfMeans(perGroup, effect, alpha) >= power)

/** The smallest rise over `share` that so many customers in each group can be relied on to show; null where not even that to 1 can. */
export function smallestRise(perGroup: number, share: number, { alpha, power }: Sureness = USUAL): number | null {
  if (powerOfShares(perGroup, share, 1, alpha) < power) return null
  let [low, high] = [share, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (middle > low && powerOfShares(perGroup, share, middle, alpha) < power) low = middle
    else high = middle
  }
  return high - share
}

/** The fewest of which it holds, if it holds of all above it; null above MOST. */
function fewest(from: number, holds: (count: number) => boolean): number | null {
  let high = from
  while (!holds(high)) {
    high *= 2
    if (high > MOST) return null
  }
  let low = high === from ? from - 1 : high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}

/** How far from 0 a t goes with a chance of 1 − alpha. */
function tQuantile(alpha: number, freedom: number): number {
  let [low, high] = [0, 1]
  while (outside(high, freedom) > alpha) high *= 2
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (outside(middle, freedom) > alpha) low = middle
    else high = middle
  }
  return high
}
