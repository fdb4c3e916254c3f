import { type Belief, chancesOfBest } from './chance-of-best.ts'
import { normalBelow, normalDensity } from './normal.ts'

/** What one arm's linear model holds: A⁻¹ (row-major, d × d) of A = ridge · I + Σ x·xᵀ, and b = Σ reward · x. */
export interface LinearArm {
  readonly inverse: Float64Array
  readonly toward: Float64Array
}

/** How far around its mean a belief reaches, in standard deviations. */
const REACH = 8

export function newArm(d: number, ridge = 1): LinearArm {
  const inverse = new Float64Array(d * d)
  for (let i = 0; i < d; i++) inverse[i * d + i] = 1 / ridge
  return { inverse, toward: new Float64Array(d) }
}

/**
 * Counts a trial in context x, in place: A + x·xᵀ, inverted in O(d²) by Sherman & Morrison (1950). What it led to is told by
 * `reward` when it is known; until then it counts as nothing.
 */
export function tried({ inverse, toward: { length: d } }: LinearArm, x: ArrayLike<number>): void {
  const ax = new Float64Array(d)
  let scale = 1
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) ax[i]! += inverse[i * d + j]! * x[j]!
    scale += x[i]! * ax[i]!
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) inverse[i * d + j]! -= (ax[i]! * ax[j]!) / scale
}

/** Adds what a trial in context x led to, in place. */
export function rewarded({ toward }: LinearArm, x: ArrayLike<number>, reward = 1): void {
  for (let i = 0; i < toward.length; i++) toward[i]! += reward * x[i]!
}

/** What an arm is believed to be worth in context x: mean θ·x with θ = A⁻¹b, and how uncertain that is, √(xᵀA⁻¹x), in deviations of a reward. */
export function worthIn({ inverse, toward }: LinearArm, x: ArrayLike<number>): { mean: number; width: number } {
  const d = toward.length
  let [mean, square] = [0, 0]
  for (let i = 0; i < d; i++) {
    let ax = 0
    for (let j = 0; j < d; j++) ax += inverse[i * d + j]! * x[j]!
    mean += ax * toward[i]!
    square += ax * x[i]!
  }
  return { mean, width: Math.sqrt(Math.max(0, square)) }
}

/**
 * The chance with which linear Thompson sampling takes each arm in context x: θ of an arm is believed to be normal with mean A⁻¹b and
 * covariance v²A⁻¹ (Agrawal & Goyal 2013; one model an arm, as the disjoint LinUCB of Li et al. 2010), so its worth is normal too.
 * @param v standard deviation of a single reward
 */
export function linearThompson(arms: readonly LinearArm[], x: ArrayLike<number>, v: number): number[] {
  return chancesOfBest(arms.map(arm => beliefOf(worthIn(arm, x), v)))
}

function beliefOf({ mean, width }: { mean: number; width: number }, v: number): Belief {
  const deviation = Math.max(1e-9, v * width)
  return {
    low: mean - REACH * deviation,
    high: mean + REACH * deviation,
    density: worth => normalDensity((worth - mean) / deviation) / deviation,
    below: worth => normalBelow((worth - mean) / deviation),
  }
}
