import { betaBelow } from '../bandit/beta.ts'

/** The chance that |T| is above t, for Student's t of that many degrees of freedom (Abramowitz & Stegun 1964, 26.5.27). */
export const outside = (t: number, freedom: number): number => betaBelow(freedom / (freedom + t * t), freedom / 2, 0.5)

/** How far from 0 a t of `freedom` (at least 1) degrees goes in 95 of 100 cases: 12.706 for one, 1.960 for ever so many. */
export function tBound(freedom: number): number {
  let [low, high] = [1.9, 12.8]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (outside(middle, freedom) > 0.05) low = middle
    else high = middle
  }
  return (low + high) / 2
}
