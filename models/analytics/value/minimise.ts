/** A function of several numbers: its value, and into `slopes` its derivatives. Where it has none it answers NaN or infinity. */
export type Sloped = (at: Float64Array, slopes: Float64Array) => number

export interface Minimum {
  readonly at: Float64Array
  readonly value: number
  /** The steepest slope that is left. */
  readonly slope: number
}

const STEPS = 300
/** Armijo's share of the fall that the slope promises. */
const ENOUGH = 1e-4
const FLAT = 1e-8
/** A smaller fall, as a share of the value, is not told from the rounding of a sum over a million customers. */
const HIDDEN = 3e-14

/**
 * A minimum near `start`: BFGS with the inverse Hessian kept, and a line search that halves (Nocedal & Wright, Numerical Optimization, 2nd ed.,
 * algorithms 6.1 and 3.1). An update that would lose positive definiteness is left out, and where a step leads nowhere it begins anew along the slope;
 * it ends where that leads nowhere either. For a handful of unknowns whose function costs far more than n².
 */
export function minimise(of: Sloped, start: Float64Array): Minimum {
  const n = start.length
  let here: Point = { at: start, slopes: new Float64Array(n), value: 0 }
  here.value = of(here.at, here.slopes)
  let inverse = identity(n)
  let fresh = true
  for (let step = 0; step < STEPS && steepest(here.slopes) > FLAT; step++) {
    const next = search(of, here, directionOf(inverse, here.slopes))
    if (next === undefined) {
      if (fresh) break
      inverse = identity(n)
      fresh = true
      continue
    }
    fresh = !update(inverse, here, next, fresh)
    here = next
  }
  return { at: here.at, value: here.value, slope: steepest(here.slopes) }
}

interface Point {
  at: Float64Array
  slopes: Float64Array
  value: number
}

/** Somewhere lower along the direction, or undefined where it does not go down far enough to be told from rounding. */
function search(of: Sloped, here: Point, direction: Float64Array): Point | undefined {
  const fall = dot(direction, here.slopes)
  if (!(fall < -HIDDEN * (1 + Math.abs(here.value)))) return undefined
  // No unknown moves by more than 2 at once: unknowns are logarithms, and e² is far.
  for (let far = Math.min(1, 2 / steepest(direction)); far > 1e-5; far /= 2) {
    const at = here.at.map((value, i) => value + far * direction[i]!)
    const slopes = new Float64Array(at.length)
    const value = of(at, slopes)
    if (value < here.value && value <= here.value + ENOUGH * far * fall && Number.isFinite(dot(slopes, slopes)))
      return { at, slopes, value }
  }
  return undefined
}

/** Formula 6.17 there; false where the step tells nothing of how the slope bends. */
function update(inverse: Float64Array, from: Point, to: Point, fresh: boolean): boolean {
  const n = from.at.length
  const s = to.at.map((value, i) => value - from.at[i]!)
  const y = to.slopes.map((value, i) => value - from.slopes[i]!)
  const sy = dot(s, y)
  if (!(sy > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y)))) return false
  // Before the first update the scale is that of this step (6.20).
  if (fresh) for (let i = 0; i < n; i++) inverse[i * n + i] = sy / dot(y, y)
  const hy = y.map((_, i) => dot(inverse.subarray(i * n, (i + 1) * n), y))
  const grown = (1 + dot(y, hy) / sy) / sy
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) inverse[i * n + j]! += grown * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / sy
  return true
}

function identity(n: number): Float64Array {
  return new Float64Array(n * n).map((_, at) => (at % (n + 1) === 0 ? 1 : 0))
}

function directionOf(inverse: Float64Array, slopes: Float64Array): Float64Array {
  const n = slopes.length
  return slopes.map((_, i) => -dot(inverse.subarray(i * n, (i + 1) * n), slopes))
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const steepest = (slopes: Float64Array): number => slopes.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
