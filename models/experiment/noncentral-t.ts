import { betaBelow, logGamma } from '../bandit/beta.ts'
import { normalBelow } from '../bandit/normal.ts'

/** Where its terms underflow, a t is as good as normal about `apart`. */
const FAR = 37

/**
 * The chance that a noncentral t of `freedom` degrees of freedom about `apart` is at most t, for t ≥ 0: the sum of Poisson weights times incomplete betas
 * (Lenth 1989, AS 243, Applied Statistics 38).
 */
export function noncentralTBelow(t: number, freedom: number, apart: number): number {
  const below = normalBelow(-apart)
  if (Math.abs(apart) > FAR) {
    // Johnson & Kotz 1970: nearly normal.
    const z = (t * (1 - 1 / (4 * freedom)) - apart) / Math.sqrt(1 + (t * t) / (2 * freedom))
    return normalBelow(z)
  }
  if (t === 0) return below
  const x = (t * t) / (t * t + freedom)
  const half = (apart * apart) / 2
  let sum = 0
  for (let j = 0; j < 10_000; j++) {
    const log = j * Math.log(half || Number.MIN_VALUE) - half
    const even = apart === 0 && j === 0 ? 1 : Math.exp(log - logGamma(j + 1))
    const odd = (apart / Math.SQRT2) * Math.exp(log - logGamma(j + 1.5))
    sum += even * betaBelow(x, j + 0.5, freedom / 2) + odd * betaBelow(x, j + 1, freedom / 2)
    if (j > half && even < 1e-15 && Math.abs(odd) < 1e-15) break
  }
  return Math.min(1, Math.max(0, below + sum / 2))
}
