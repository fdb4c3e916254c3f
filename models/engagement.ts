/** What an act counts for is worth e^(−0.1·days) after a while; per ms. */
const RATE = 0.1 / 86_400_000

/**
 * How much a customer has to do with the shop: ln Σ weight · e^(RATE · at) over their acts (a purchase 1, a view 0.1; models/affinity.ts),
 * null before the first.
 *
 * Everybody's acts fade at one rate, so what is kept need not age at all (forward decay, Cormode et al. 2009): at an instant it is worth
 * e^(level − RATE · instant), and how customers stand to each other changes with acts alone.
 */
export type EngagementLevel = number | null

/** Adds an act of instant `at` (epoch ms). A late one counts as if it had come in time. */
export function engage(level: EngagementLevel, weight: number, at: number): EngagementLevel {
  if (weight <= 0) return level
  const act = Math.log(weight) + RATE * at
  if (level === null) return act
  return Math.max(level, act) + Math.log1p(Math.exp(-Math.abs(level - act)))
}

/** How the engagement of all customers is spread, as shares of the highest. */
export interface EngagementSpread {
  /** The highest level, null where nobody has done anything. */
  readonly top: EngagementLevel
  readonly lowest: number
  readonly mean: number
  readonly deviation: number
}

/** Where a customer stands: from 0, the least engaged of all, to 1, the most (min–max), and in standard deviations from the mean (z-score). */
export function standing(level: EngagementLevel, { top, lowest, mean, deviation }: EngagementSpread) {
  const value = level === null ? 0 : top === null ? 1 : Math.min(1, Math.exp(level - top))
  const width = 1 - lowest
  return {
    share: width > 0 ? Math.max(0, (value - lowest) / width) : value,
    zScore: deviation > 0 ? (value - mean) / deviation : 0,
  }
}

/** What all acts are worth at an instant (epoch ms): Σ weight · e^(−0.1·days). */
export const worthAt = (level: EngagementLevel, now: number): number => (level === null ? 0 : Math.exp(level - RATE * now))
