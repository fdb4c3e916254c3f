import { SLOTS } from '../bandit/ftrl.ts'
import { newArm } from '../bandit/linear.ts'
import { untried } from '../bandit/thompson.ts'
import { fromBytes, ModelDamaged, toBytes } from '../model-bytes.ts'
import { type ClickModel, newClickModel } from './click-model.ts'
import { CONTEXT } from './context.ts'
import { nothingLearnt, type VariantsLearnt } from './policy.ts'
import { VARIANTS } from './variants.ts'

/** Everything learnt online, as it is kept. */
export interface Learnt {
  readonly variants: VariantsLearnt
  readonly clicks: ClickModel
}

export const newLearnt = (): Learnt => ({ variants: nothingLearnt(), clicks: newClickModel() })

export const encodeLearnt = (learnt: Learnt): Uint8Array => toBytes(learnt)

/**
 * What was kept; a variant that came since is untried.
 * @throws {ModelDamaged} also where contexts or slots are of another size: the version that wrote it knew other things of customers
 */
export function decodeLearnt(bytes: Uint8Array): Learnt {
  const { variants, clicks } = fromBytes(bytes) as Learnt
  const { tried, linear } = variants
  const d = CONTEXT.length
  if (clicks.ftrl.z.length !== SLOTS || linear.some(({ toward }) => toward.length !== d) || tried.length > VARIANTS.length)
    throw new ModelDamaged('What was learnt online was written by a version that knew other things of customers.')
  return {
    variants: {
      tried: VARIANTS.map((_, arm) => tried[arm] ?? untried),
      linear: VARIANTS.map((_, arm) => linear[arm] ?? newArm(d)),
    },
    clicks,
  }
}
