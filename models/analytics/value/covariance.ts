import { invertSpd } from '../../spd-inverse.ts'
import type { Sloped } from './minimise.ts'

/** Far enough that rounding in slopes does not tell, near enough that curvature is that of the place. */
const APART = 1e-4

/**
 * How sure estimates are: the inverse of the observed information, the Hessian of minus the log-likelihood at its minimum, here by central differences of
 * its slopes (Efron & Hinkley 1978, Biometrika 65). Row-major; rows and columns of what was held are 0.
 *
 * @param loss the mean over `size` customers
 * @returns null where the data do not tell all of them apart: the Hessian is not positive definite
 */
export function covarianceAt(loss: Sloped, at: Float64Array, size: number, held: readonly boolean[]): Float64Array | null {
  const n = at.length
  const free = Array.from({ length: n }, (_, i) => i).filter(i => !held[i])
  const rows = free.map(i => bend(loss, at, i))
  const hessian = new Float64Array(free.length ** 2)
  for (const [p, i] of free.entries())
    for (const [q, j] of free.entries()) hessian[p * free.length + q] = (size * (rows[p]![j]! + rows[q]![i]!)) / 2
  if (!hessian.every(Number.isFinite)) return null
  try {
    invertSpd(hessian, free.length)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
  const covariance = new Float64Array(n * n)
  for (const [p, i] of free.entries()) for (const [q, j] of free.entries()) covariance[i * n + j] = hessian[p * free.length + q]!
  return covariance
}

/** How the slopes change with one unknown. */
function bend(loss: Sloped, at: Float64Array, i: number): Float64Array {
  const slopesAt = (step: number) => {
    const slopes = new Float64Array(at.length)
    loss(
      at.map((value, j) => (j === i ? value + step : value)),
      slopes,
    )
    return slopes
  }
  const [up, down] = [slopesAt(APART), slopesAt(-APART)]
  return up.map((value, j) => (value - down[j]!) / (2 * APART))
}

/** The variance of something that has these slopes by the same unknowns (the delta method). */
export function varianceOf(slopes: Float64Array, covariance: Float64Array): number {
  const n = slopes.length
  let sum = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += slopes[i]! * covariance[i * n + j]! * slopes[j]!
  return Math.max(0, sum)
}
