import { betaBelow, betaDensity } from './beta.ts'
import { type Belief, chancesOfBest } from './chance-of-best.ts'

/** How often an arm was shown, and how often it led to something. An arm's trials count at once, its success when it comes. */
export interface Tried {
  readonly trials: number
  readonly successes: number
}

export const untried: Tried = { trials: 0, successes: 0 }

/** How far around its mean a belief reaches, in standard deviations. */
const REACH = 8

/**
 * The chance with which Thompson sampling takes each arm when success is a Bernoulli draw: the worth of an arm is believed to be
 * Beta(1 + successes, 1 + failures) (Thompson 1933; Chapelle & Li 2011).
 */
export const thompson = (arms: readonly Tried[]): number[] => chancesOfBest(arms.map(beliefOf))

function beliefOf({ trials, successes }: Tried): Belief {
  const a = 1 + Math.min(successes, trials)
  const b = 1 + trials - Math.min(successes, trials)
  const mean = a / (a + b)
  const deviation = Math.sqrt((mean * (1 - mean)) / (a + b + 1))
  return {
    low: Math.max(0, mean - REACH * deviation),
    high: Math.min(1, mean + REACH * deviation),
    density: worth => betaDensity(worth, a, b),
    below: worth => betaBelow(worth, a, b),
  }
}
