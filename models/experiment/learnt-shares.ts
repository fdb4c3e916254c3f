import { type Tried, thompson } from '../bandit/thompson.ts'

/** Every variant, of which an experiment has ten at most, keeps so much: all stay judged, and one that was unlucky at first comes back. */
const FLOOR = 0.05
/** Before so many customers, and without a single success, variants are drawn as the flow says. */
const LEAST = 100
/** Shares that moved less are not told anew: each word goes to every partition. */
export const WORTH_TELLING = 0.01

/**
 * How variants are to be drawn, by what came of them: each by its chance to be the best (Thompson sampling, worked out and not drawn, so the same counts
 * give the same shares), above a floor. To four digits; undefined while too little is known.
 */
export function learntShares(tried: readonly Tried[]): readonly number[] | undefined {
  const sum = (of: (one: Tried) => number) => tried.reduce((total, one) => total + of(one), 0)
  if (sum(one => one.trials) < LEAST || sum(one => one.successes) === 0) return undefined
  return thompson(tried).map(chance => Math.round((FLOOR + (1 - FLOOR * tried.length) * chance) * 1e4) / 1e4)
}

/** How variants are drawn before anything was learnt. */
export function sharesByWeight(
  variants: readonly { readonly name: string; readonly weight: number }[],
): Readonly<Record<string, number>> {
  const sum = variants.reduce((total, { weight }) => total + weight, 0)
  return Object.fromEntries(variants.map(({ name, weight }) => [name, weight / sum]))
}
