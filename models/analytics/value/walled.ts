import type { Sloped } from './minimise.ts'

/** Between which bounds a parameter's logarithm is looked for. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** So steep that a bound is passed by no more than a thousandth of a slope. */
const STEEP = 1000

/**
 * The function with a smooth wall outside of the bounds (a quadratic penalty), for data whose likelihood rises for ever towards 0 or infinity: customers
 * who never stop buying, or who are all alike. A minimum then lies just outside of a bound, and `beyond` tells which.
 */
export const walled =
  (of: Sloped, bounds: readonly Bounds[]): Sloped =>
  (at, slopes) => {
    let value = of(at, slopes)
    for (const [i, bound] of bounds.entries()) {
      const out = outside(at[i]!, bound)
      value += (STEEP * out * out) / 2
      slopes[i]! += STEEP * out
    }
    return value
  }

/** Which of them are at a bound. */
export const beyond = (at: Float64Array, bounds: readonly Bounds[]): boolean[] =>
  bounds.map((bound, i) => outside(at[i]!, bound) !== 0)

const outside = (value: number, { low, high }: Bounds): number => Math.min(0, value - low) + Math.max(0, value - high)
