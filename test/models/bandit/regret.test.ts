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

/** What not knowing the best arm costs on the mean: what the arms taken fall short of it, in each half of the rounds. */
function regretOf(choose: () => Choose): { readonly first: number; readonly second: number } {
  const halves = [0, 0]
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random('regret', seed)
    const counts = RATES.map(() => ({ ...untried }))
    const take = choose()
    for (let round = 0; round < ROUNDS; round++) {
      const arm = take(counts, random)
      counts[arm]!.trials++
      if (random.chance(RATES[arm]!)) counts[arm]!.successes++
      halves[round < ROUNDS / 2 ? 0 : 1]! += (Math.max(...RATES) - RATES[arm]!) / SEEDS
    }
  }
  return { first: halves[0]!, second: halves[1]! }
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
  test('Thompson sampling regrets less than any fixed split that does not know the best arm, and slower and slower', () => {
    const [ours, even, careful] = [bandit, split(0.25, 0.25, 0.25, 0.25), split(0.85, 0.05, 0.05, 0.05)].map(regretOf)
    const whole = ({ first, second }: ReturnType<typeof regretOf>) => first + second
    expect(whole(ours!)).toBeLessThan(0.5 * whole(even!))
    expect(whole(ours!)).toBeLessThan(0.4 * whole(careful!))
    expect(ours!.second / ours!.first).toBeLessThan(0.6)
    expect(even!.second / even!.first).toBeGreaterThan(0.95)
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
