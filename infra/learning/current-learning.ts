import type { ClickModel } from '../../models/learning/click-model.ts'
import { VariantPolicy } from '../../models/learning/policy.ts'
import { VARIANTS } from '../../models/learning/variants.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { learningVersion, loadStanding } from './learning-table.ts'

/** How often it is asked whether more was learnt. */
const ASK_MS = 1000

/** What this instance scores with of what was learnt online; nothing before anything was. */
export interface CurrentLearning {
  readonly current: () =>
    | { readonly learning: { readonly policy: VariantPolicy; readonly clicks: ClickModel }; readonly learningVersion: number }
    | undefined
  readonly follow: (signal: AbortSignal) => Promise<void>
}

/** Loads what there is; `follow` must then be run. */
export async function openLearning(
  sql: Sql,
  clock: Clock,
  meter: Meter,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
): Promise<CurrentLearning> {
  let held: ReturnType<CurrentLearning['current']>
  tell(new VariantPolicy((await loadStanding(sql, warn)).learnt.variants))

  function tell(policy: VariantPolicy): void {
    for (const [arm, share] of policy.shares().entries()) meter.gauge('variant_share', { variant: VARIANTS[arm]! }, share)
  }

  async function load(): Promise<void> {
    if ((await learningVersion(sql)) <= (held?.learningVersion ?? 0)) return
    const { learnt, version } = await loadStanding(sql, warn)
    const policy = new VariantPolicy(learnt.variants)
    held = { learning: { policy, clicks: learnt.clicks }, learningVersion: version }
    tell(policy)
  }

  await load()
  return {
    current: () => held,
    async follow(signal) {
      while (!signal.aborted) {
        await clock.sleep(ASK_MS, signal)
        if (!signal.aborted) await load()
      }
    },
  }
}

/** Where nothing is learnt (`TARANG_LEARNING=off`). */
export const noLearning: CurrentLearning = { current: () => undefined, follow: async () => {} }
