import { describe, expect, test } from 'vitest'
import { armAt } from '../../../models/bandit/chance-of-best.ts'
import { linearThompson, newArm, rewarded, tried } from '../../../models/bandit/linear.ts'
import { thompson, untried } from '../../../models/bandit/thompson.ts'
import { Random } from '../../../models/random.ts'

const RATES = [0.05, 0.06, 0.045, 0.08]
const ROUNDS = 6000
const SEEDS = 20
/** The chances are worked out anew once in so many rounds, as the learner publishes them now and then. */
const EVERY = 50

type Choose = (counts: readonly { trials: number; successes: number }[], random: Random) => number

/** What not knowing the best arm costs: the sum of what the arms taken fall short of it. */
function regretOf(choose: () => Choose, seed: number): number {
  const random = new Random('regret', seed)
  const counts = RATES.map(() => ({ ...untried }))
  const take = choose()
  let regret = 0
  for (let round = 0; round < ROUNDS; round++) {
    const arm = take(counts, random)
    counts[arm]!.trials++
    if (random.chance(RATES[arm]!)) counts[arm]!.successes++
    regret += Math.max(...RATES) - RATES[arm]!
  }
  return regret
}

const mean = (choose: () => Choose) => {
  let sum = 0
  for (let seed = 1; seed <= SEEDS; seed++) sum += regretOf(choose, seed)
  return sum / SEEDS
}

const split =
  (...chances: number[]) =>
  (): Choose =>
  (_, random) =>
    armAt(chances, random.float())

const bandit = (): Choose => {
  let [round, chances]: [number, number[]] = [0, []]
  return (counts, random) => {
    if (round++ % EVERY === 0) chances = thompson(counts)
    return armAt(chances, random.float())
  }
}

describe('what learning costs', () => {
  test('Thompson sampling regrets less than any fixed split that does not know the best arm', () => {
    const ours = mean(bandit)
    const others = {
      even: mean(split(0.25, 0.25, 0.25, 0.25)),
      careful: mean(split(0.85, 0.05, 0.05, 0.05)),
    }
    expect(ours).toBeLessThan(0.5 * others.even)
    expect(ours).toBeLessThan(0.4 * others.careful)
  })

  test('its regret grows slower and slower; that of a split grows on', () => {
    const halfway = (choose: () => Choose) => {
      let [first, whole] = [0, 0]
      for (let seed = 1; seed <= SEEDS; seed++) {
        const random = new Random('halves', seed)
        const counts = RATES.map(() => ({ ...untried }))
        const take = choose()
        for (let round = 0; round < ROUNDS; round++) {
          const arm = take(counts, random)
          counts[arm]!.trials++
          if (random.chance(RATES[arm]!)) counts[arm]!.successes++
          const cost = Math.max(...RATES) - RATES[arm]!
          whole += cost
          if (round < ROUNDS / 2) first += cost
        }
      }
      return (whole - first) / first
    }
    expect(halfway(bandit)).toBeLessThan(0.6)
    expect(halfway(split(0.25, 0.25, 0.25, 0.25))).toBeGreaterThan(0.95)
  })

  test('where what is best depends on who is asked, the contextual bandit beats the best single arm', () => {
    const worth = (arm: number, x: number) => (arm === 0 ? 0.1 + 0.2 * x : 0.3 - 0.2 * x)
    let [ours, single] = [0, 0]
    for (let seed = 1; seed <= 5; seed++) {
      const random = new Random('context', seed)
      const arms = [newArm(2), newArm(2)]
      for (let round = 0; round < 3000; round++) {
        const context = [1, random.float()]
        const arm = armAt(linearThompson(arms, context, 0.4), random.float())
        tried(arms[arm]!, context)
        if (random.chance(worth(arm, context[1]!))) rewarded(arms[arm]!, context)
        const best = Math.max(worth(0, context[1]!), worth(1, context[1]!))
        ours += best - worth(arm, context[1]!)
        single += best - worth(0, context[1]!)
      }
    }
    expect(ours).toBeLessThan(0.4 * single)
  })
})
