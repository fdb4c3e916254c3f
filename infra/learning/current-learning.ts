import type { ClickModel } from '../../models/learning/click-model.ts'
import { nothingLearnt, VariantPolicy } from '../../models/learning/policy.ts'
import { VARIANTS } from '../../models/learning/variants.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { type Newest, newest } from '../newest.ts'
import { learningVersion, loadStanding } from './learning-table.ts'

/** What this instance scores with of what was learnt online; nothing before anything was. */
export type CurrentLearning = Newest<
  | { readonly learning: { readonly policy: VariantPolicy; readonly clicks: ClickModel }; readonly learningVersion: number }
  | undefined
>

export function openLearning(
  sql: Sql,
  clock: Clock,
  meter: Meter,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
): Promise<CurrentLearning> {
  tell(new VariantPolicy(nothingLearnt()))

  function tell(policy: VariantPolicy): void {
    for (const [arm, share] of policy.shares().entries()) meter.gauge('variant_share', { variant: VARIANTS[arm]! }, share)
  }

  return newest(clock, async held => {
    if ((await learningVersion(sql)) <= (held?.learningVersion ?? 0)) return held
    const { learnt, version } = await loadStanding(sql, warn)
    const policy = new VariantPolicy(learnt.variants)
    tell(policy)
    return { learning: { policy, clicks: learnt.clicks }, learningVersion: version }
  })
}

/** Where nothing is learnt (`TARANG_LEARNING=off`). */
export const noLearning: CurrentLearning = { current: () => undefined, follow: async () => {} }
