import { armAt } from '../bandit/chance-of-best.ts'
import { type LinearArm, linearThompson, newArm } from '../bandit/linear.ts'
import { type Tried, thompson, untried } from '../bandit/thompson.ts'
import { Random } from '../random.ts'
import { CONTEXT } from './context.ts'
import { VARIANTS, type Variant } from './variants.ts'

/** What was learnt of the variants: how each did, and how it did in which context. */
export interface VariantsLearnt {
  readonly tried: Tried[]
  readonly linear: readonly LinearArm[]
}

/** Before so many lists were seen nothing is tried. */
const LEAST = 100
/** How lists are shared out while little is known, by variant: most as they were. */
const CAREFUL = VARIANTS.map(variant => (variant === 'default' ? 0.85 : 0.15 / (VARIANTS.length - 1)))
/** Seen lists that count as much as that caution does. */
const CAUTION = 2000
/** Every variant keeps so much, so that all stay judged and no weight of an estimate grows without bound. */
const FLOOR = 0.02
/** The context decides once each variant was seen so often, and so many lists in all led to something. */
const SEEN_EACH = 500
const SUCCESSES = 100

/** How a list's variant was chosen. `propensities` go by `VARIANTS`; `by` says what decided. */
export interface Choice {
  readonly variant: Variant
  readonly propensity: number
  readonly propensities: readonly number[]
  readonly by: 'rule' | 'thompson' | 'linear'
}

export const nothingLearnt = (): VariantsLearnt => ({
  tried: VARIANTS.map(() => untried),
  linear: VARIANTS.map(() => newArm(CONTEXT.length)),
})

/** The list as it is where nothing is learnt. */
export const unlearnt: Choice = {
  variant: 'default',
  propensity: 1,
  propensities: VARIANTS.map(variant => (variant === 'default' ? 1 : 0)),
  by: 'rule',
}

/** Chooses variants by one state of what was learnt. What is the same for all customers is worked out once. */
export class VariantPolicy {
  private readonly learnt: VariantsLearnt
  private readonly trials: number
  private readonly contextual: boolean
  /** Standard deviation of one reward. */
  private readonly noise: number
  private readonly anyone: readonly number[]

  constructor(learnt: VariantsLearnt) {
    this.learnt = learnt
    const { tried } = learnt
    this.trials = tried.reduce((sum, { trials }) => sum + trials, 0)
    const successes = tried.reduce((sum, arm) => sum + arm.successes, 0)
    const rate = (successes + 1) / (this.trials + 2)
    this.noise = Math.sqrt(rate * (1 - rate))
    this.contextual = successes >= SUCCESSES && tried.every(({ trials }) => trials >= SEEN_EACH)
    this.anyone = this.trials < LEAST ? unlearnt.propensities : this.cautious(thompson(tried))
  }

  /** The variant of a list: the same for the same id, context and state, whoever asks. */
  choose(recommendationId: string, context: readonly number[]): Choice {
    if (this.trials < LEAST) return unlearnt
    const propensities = this.contextual ? this.cautious(linearThompson(this.learnt.linear, context, this.noise)) : this.anyone
    const arm = armAt(propensities, new Random('variant', recommendationId).float())
    return { variant: VARIANTS[arm]!, propensity: propensities[arm]!, propensities, by: this.contextual ? 'linear' : 'thompson' }
  }

  /** What share of all lists each variant gets now, context apart. */
  shares(): readonly number[] {
    return this.anyone
  }

  /** Caution gives way as lists are seen: n of them count n / (n + CAUTION) (credibility, Bühlmann 1967). */
  private cautious(chances: readonly number[]): number[] {
    const known = this.trials / (this.trials + CAUTION)
    return chances.map((chance, arm) => {
      const share = known * chance + (1 - known) * CAREFUL[arm]!
      return round(FLOOR + (1 - VARIANTS.length * FLOOR) * share)
    })
  }
}

/** Six decimals, so that what is stored is what was drawn by. */
const round = (chance: number): number => Math.round(chance * 1e6) / 1e6
