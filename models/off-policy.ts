/** A decision that was logged: which arm was taken, how likely that was, and what came of it. */
export interface Decision {
  readonly arm: number
  /** The chance with which it was taken, 0–1, above 0. */
  readonly propensity: number
  readonly reward: number
  /** What is known of the context, besides a constant. */
  readonly features: readonly number[]
  /** Decisions of one cluster (a customer) may go together; each is its own where it is left out. */
  readonly cluster?: string | undefined
}

/** The chances with which a policy takes each arm where a decision was made. They add up to 1. */
export type Policy = (decision: Decision) => readonly number[]

/** What a policy would have earned a decision, with its standard error and 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly standardError: number
  readonly low: number
  readonly high: number
  /** How many decisions of the policy itself would tell as much: (Σw)² / Σw² (Kish 1965). */
  readonly effectiveSampleSize: number
  readonly warning?: string
}

/** Below so many, the normal interval promises more than it holds. */
const FEW = 100
/** Below this share of the decisions, most of the log says nothing of the policy. */
const THIN = 0.01
const Z95 = 1.959964

/** Always one arm. */
export const always =
  (arm: number, arms: number): Policy =>
  () =>
    Array.from({ length: arms }, (_, other) => (other === arm ? 1 : 0))

/** Inverse propensity scoring: the mean of w·reward, w = policy's chance / propensity. Unbiased (Horvitz & Thompson 1952). */
export function ips(log: readonly Decision[], policy: Policy): Estimate {
  const weights = weightsOf(log, policy)
  return meanEstimate(
    log,
    weights,
    log.map(({ reward }, i) => weights[i]! * reward),
  )
}

/** Self-normalised: Σ w·reward / Σ w. A little biased, steadier, and within the rewards seen (Swaminathan & Joachims 2015); the error by the delta method. */
export function snips(log: readonly Decision[], policy: Policy): Estimate {
  const weights = weightsOf(log, policy)
  const total = sum(weights)
  const value = total === 0 ? Number.NaN : sum(log.map(({ reward }, i) => weights[i]! * reward)) / total
  return estimate(log, weights, value, found => log.map(({ reward }, i) => (weights[i]! * (reward - found)) / total))
}

/**
 * Doubly robust: what a model of the rewards says of the policy, put right by w·(reward − what it says of the arm taken); right if either
 * the propensities or the model are (Dudík, Langford & Li 2011). Each decision is judged by a model that did not see it.
 * @param say what a reward model makes of a context, for each arm; from `rewardModel`, or another's
 */
export function doublyRobust(
  log: readonly Decision[],
  policy: Policy,
  say: (decision: Decision, i: number) => readonly number[],
): Estimate {
  const weights = weightsOf(log, policy)
  const worths = log.map((decision, i) => {
    const said = say(decision, i)
    const expected = policy(decision).reduce((all, chance, arm) => all + chance * said[arm]!, 0)
    return expected + weights[i]! * (decision.reward - said[decision.arm]!)
  })
  return meanEstimate(log, weights, worths)
}

/** How much better one policy is than another: the same decisions tell of both, so the error is that of the difference. */
export function lift(log: readonly Decision[], policy: Policy, than: Policy): Estimate {
  const [to, from] = [weightsOf(log, policy), weightsOf(log, than)]
  const worths = log.map(({ reward }, i) => (to[i]! - from[i]!) * reward)
  return meanEstimate(log, effective(to) < effective(from) ? to : from, worths)
}

const weightsOf = (log: readonly Decision[], policy: Policy): number[] =>
  log.map(decision => policy(decision)[decision.arm]! / decision.propensity)

/** The mean of what each decision says the policy is worth. */
const meanEstimate = (log: readonly Decision[], weights: readonly number[], worths: readonly number[]): Estimate =>
  estimate(log, weights, sum(worths) / log.length, value => worths.map(worth => (worth - value) / log.length))

/** @param shares what each decision adds to the estimate's error */
function estimate(
  log: readonly Decision[],
  weights: readonly number[],
  value: number,
  shares: (value: number) => number[],
): Estimate {
  const effectiveSampleSize = effective(weights)
  const known = effectiveSampleSize > 0
  const standardError = known ? Math.sqrt(squaresByCluster(log, shares(value))) : Number.NaN
  const warning = warningOf(effectiveSampleSize, log.length)
  return {
    value: known ? value : Number.NaN,
    standardError,
    low: value - Z95 * standardError,
    high: value + Z95 * standardError,
    effectiveSampleSize,
    ...(warning === undefined ? {} : { warning }),
  }
}

/** Decisions of one customer are not independent: their errors are summed before they are squared (Liang & Zeger 1986). */
function squaresByCluster(log: readonly Decision[], shares: readonly number[]): number {
  const clusters = new Map<string | number, number>()
  for (const [i, { cluster = i }] of log.entries()) clusters.set(cluster, (clusters.get(cluster) ?? 0) + shares[i]!)
  return sum([...clusters.values()].map(share => share * share))
}

function warningOf(size: number, of: number): string | undefined {
  if (size === 0) return 'the log has no decision that this policy would have made'
  if (size < FEW) return `worth only ${Math.round(size)} decisions: the interval may be too narrow`
  if (size < THIN * of) return `${of} decisions are worth only ${Math.round(size)}: a few of large weight decide`
  return undefined
}

function effective(weights: readonly number[]): number {
  const squares = sum(weights.map(weight => weight * weight))
  return squares === 0 ? 0 : sum(weights) ** 2 / squares
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
