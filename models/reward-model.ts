import { newArm, rewarded, tried } from './bandit/linear.ts'
import type { Decision } from './off-policy.ts'

/** Which part of the log a decision is in: decisions of one cluster are in the same, so that no model has seen their like. */
const FOLDS = 5

/**
 * What each arm would have earned in a decision's context, by a ridge regression an arm on the decisions of the other folds
 * (cross-fitting, Chernozhukov et al. 2018). For the doubly robust estimate (off-policy.ts).
 */
export function rewardModel(log: readonly Decision[], arms: number): (decision: Decision, i: number) => number[] {
  const d = 1 + (log[0]?.features.length ?? 0)
  const scale = scaleOf(log)
  const x = ({ features }: Decision) => [1, ...features.map((value, f) => (value - scale[f]!.mean) / scale[f]!.spread)]
  const folds = foldsOf(log)
  const models = Array.from({ length: FOLDS }, (_, fold) => {
    const all = Array.from({ length: arms }, () => newArm(d))
    for (const [i, decision] of log.entries()) {
      if (folds[i] === fold) continue
      tried(all[decision.arm]!, x(decision))
      rewarded(all[decision.arm]!, x(decision), decision.reward)
    }
    return all.map(({ inverse, toward }) => toward.map((_, i) => toward.reduce((sum, b, j) => sum + inverse[i * d + j]! * b, 0)))
  })
  return (decision, i) => {
    const context = x(decision)
    return models[folds[i]!]!.map(weights => context.reduce((sum, value, f) => sum + value * weights[f]!, 0))
  }
}

function foldsOf(log: readonly Decision[]): number[] {
  const folds = new Map<string, number>()
  return log.map(({ cluster }, i) => {
    if (cluster === undefined) return i % FOLDS
    const fold = folds.get(cluster) ?? folds.size % FOLDS
    folds.set(cluster, fold)
    return fold
  })
}

function scaleOf(log: readonly Decision[]): { mean: number; spread: number }[] {
  return (log[0]?.features ?? []).map((_, f) => {
    const mean = log.reduce((sum, { features }) => sum + features[f]!, 0) / log.length
    const square = log.reduce((sum, { features }) => sum + (features[f]! - mean) ** 2, 0) / log.length
    return { mean, spread: Math.sqrt(square) || 1 }
  })
}
