import { always, doublyRobust, type Estimate, ips, snips } from '../../models/off-policy.ts'
import { rewardModel } from '../../models/reward-model.ts'
import type { LoggedDecisions } from './logged-exposures.ts'

/** What each arm would have earned a decision had it always been taken, by each estimator. */
export interface ArmEstimates {
  readonly reward: string
  readonly decisions: number
  /** What the decisions as they were made earned. */
  readonly logged: number
  readonly arms: readonly ArmEstimate[]
}

export interface ArmEstimate {
  readonly arm: string
  readonly taken: number
  readonly ips: Estimate
  readonly snips: Estimate
  readonly dr: Estimate
}

export function estimatesOf({ arms, reward, log }: LoggedDecisions): ArmEstimates {
  const say = rewardModel(log, arms.length)
  return {
    reward,
    decisions: log.length,
    logged: log.reduce((sum, one) => sum + one.reward, 0) / log.length,
    arms: arms.map((name, arm) => ({
      arm: name,
      taken: log.filter(one => one.arm === arm).length,
      ips: ips(log, always(arm, arms.length)),
      snips: snips(log, always(arm, arms.length)),
      dr: doublyRobust(log, always(arm, arms.length), say),
    })),
  }
}
