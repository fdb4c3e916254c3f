import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { describe, expect, test } from 'vitest'
import { always, type Decision, doublyRobust, type Estimate, ips, lift, type Policy, snips } from '../../models/off-policy.ts'
import { Random } from '../../models/random.ts'
import { rewardModel } from '../../models/reward-model.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'

const decision = (arm: number, propensity: number, reward: number, features: number[] = []): Decision => ({
  arm,
  propensity,
  reward,
  features,
})
const contains = ({ low, high }: Estimate, value: number) => low <= value && value <= high

describe('estimates, on logs small enough to work out by hand', () => {
  const log = [decision(0, 0.5, 1), decision(1, 0.5, 0), decision(0, 0.25, 0), decision(1, 0.75, 1)]

  test('IPS weighs each reward by one over its propensity', () => {
    expect(ips(log, always(0, 2)).value).toBeCloseTo((2 * 1 + 4 * 0) / 4)
    expect(ips(log, always(1, 2)).value).toBeCloseTo((2 * 0 + (4 / 3) * 1) / 4)
  })

  test('SNIPS divides by the weights; ESS is (Σw)²/Σw²', () => {
    const { value, effectiveSampleSize } = snips(log, always(0, 2))
    expect(value).toBeCloseTo(2 / 6)
    expect(effectiveSampleSize).toBeCloseTo(36 / 20)
  })

  test('DR with a model that knows the rewards has no error left, with one that knows nothing is IPS', () => {
    const mixed: Policy = () => [0.3, 0.7]
    const known = Array.from({ length: 10 }, (_, i) => decision(i % 2, 0.5, i % 2 === 0 ? 3 : 5))
    const { value, standardError } = doublyRobust(known, mixed, () => [3, 5])
    expect([value, standardError]).toEqual([expect.closeTo(0.3 * 3 + 0.7 * 5), expect.closeTo(0)])
    expect(doublyRobust(log, mixed, () => [0, 0])).toEqual(ips(log, mixed))
  })

  test('the standard error is that of a mean; decisions of one customer that always agree tell no more than one', () => {
    const rewards = [0, 1, 1, 0, 1, 1]
    const plain = rewards.map(reward => decision(0, 1, reward))
    const mean = 4 / 6
    const deviation = Math.sqrt(rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / 6)
    expect(ips(plain, always(0, 1)).standardError).toBeCloseTo(deviation / Math.sqrt(6))
    const tenfold = plain.flatMap((one, i) => Array.from({ length: 10 }, () => ({ ...one, cluster: `c${i}` })))
    expect(ips(tenfold, always(0, 1)).standardError).toBeCloseTo(deviation / Math.sqrt(6))
  })

  test('a log that says nothing of a policy gives no number, and says so', () => {
    const nothing = snips([decision(0, 1, 1)], always(1, 2))
    expect([nothing.value, nothing.effectiveSampleSize]).toEqual([Number.NaN, 0])
    expect(nothing.warning).toMatch(/no decision/)
    expect(ips([decision(0, 1, 1)], always(1, 2)).value).toBeNaN()
  })

  test('few decisions, and few that count, are warned of', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => decision(0, i < 200 ? 0.0001 : 1, 1))
    expect(ips(many.slice(200, 220), always(0, 1)).warning).toMatch(/worth only 20 /)
    expect(ips(many, always(0, 1)).warning).toMatch(/50000 decisions are worth only/)
    expect(ips(many.slice(200), always(0, 1)).warning).toBeUndefined()
  })
})

describe('estimates, on logs of a known world', () => {
  /** What is earned depends on the arm and on x; the log preferred arm 1 where x is high, and where less is earned. */
  function world(seed: number, n: number) {
    const random = new Random('world', seed)
    const log = Array.from({ length: n }, () => {
      const x = random.float()
      const chance = 0.1 + 0.8 * x
      const arm = random.chance(chance) ? 1 : 0
      return decision(arm, arm === 1 ? chance : 1 - chance, random.chance(0.4 + 0.3 * arm - 0.4 * x) ? 1 : 0, [x])
    })
    return { log, truth: [0.2, 0.5] }
  }

  test('95 % intervals of all three hold the truth about 95 times in 100; the plain mean of an arm does not', () => {
    const held = { ips: 0, snips: 0, dr: 0, plain: 0 }
    const runs = 120
    for (let seed = 1; seed <= runs; seed++) {
      const { log, truth } = world(seed, 1500)
      const one = always(1, 2)
      if (contains(ips(log, one), truth[1]!)) held.ips++
      if (contains(snips(log, one), truth[1]!)) held.snips++
      if (contains(doublyRobust(log, one, rewardModel(log, 2)), truth[1]!)) held.dr++
      const plain = log.filter(({ arm }) => arm === 1).map(taken => ({ ...taken, propensity: 1 }))
      if (contains(ips(plain, one), truth[1]!)) held.plain++
    }
    for (const count of [held.ips, held.snips, held.dr]) expect(count / runs).toBeGreaterThan(0.89)
    expect(held.plain / runs).toBeLessThan(0.7)
  })

  test('a reward model makes the doubly robust estimate surer than IPS', () => {
    const { log } = world(5, 4000)
    const dr = doublyRobust(log, always(1, 2), rewardModel(log, 2))
    expect(dr.standardError).toBeLessThan(ips(log, always(1, 2)).standardError)
  })
})

/** Hillstrom's e-mail test: customers, one of three arms each with chance 1/3. */
const ARMS = ['No E-Mail', 'Mens E-Mail', 'Womens E-Mail']
const OUTCOMES = ['visit', 'conversion', 'spend'] as const

interface Mailed {
  readonly arm: number
  readonly outcomes: Record<(typeof OUTCOMES)[number], number>
  readonly features: readonly number[]
}

async function hillstrom(): Promise<Mailed[]> {
  const rows: Mailed[] = []
  const file = createReadStream(sharedData('hillstrom.csv.gz'))
    .pipe(createGunzip())
    .pipe(parse({ columns: true }))
  for await (const row of file as AsyncIterable<Record<string, string>>)
    rows.push({
      arm: ARMS.indexOf(row.segment!),
      outcomes: { visit: Number(row.visit), conversion: Number(row.conversion), spend: Number(row.spend) },
      features: [
        Number(row.recency),
        Math.log1p(Number(row.history)),
        Number(row.mens),
        Number(row.womens),
        Number(row.newbie),
        row.channel === 'Web' ? 1 : 0,
      ],
    })
  return rows
}

/** What the mails brought more than none did, of everybody: the randomised answer. */
const randomised = (rows: readonly Mailed[], outcome: (typeof OUTCOMES)[number], arm: number): number => {
  const mean = (of: number) => {
    const taken = rows.filter(row => row.arm === of)
    return taken.reduce((sum, { outcomes }) => sum + outcomes[outcome], 0) / taken.length
  }
  return mean(arm) - mean(0)
}

/** A marketer's habit: mail those who bought lately and much, each what they buy. */
function habit({ features: [recency, history, mens] }: Mailed): number[] {
  const keen = 1 / (1 + Math.exp(-(history! - 5 - 0.25 * (recency! - 6))))
  const [none, mailed] = [0.7 - 0.5 * keen, 0.3 + 0.5 * keen]
  return mens! > 0 ? [none, 0.75 * mailed, 0.25 * mailed] : [none, 0.25 * mailed, 0.75 * mailed]
}

/** A row of a uniform log stays with the chance that the habit would have taken its arm: what is left was as if drawn by the habit. */
function habitual(rows: readonly Mailed[], seed: number): { log: Mailed[]; propensity: number[] } {
  const random = new Random('habit', seed)
  const kept = rows.map(row => ({ row, chance: habit(row)[row.arm]! })).filter(({ chance }) => random.chance(chance))
  return { log: kept.map(({ row }) => row), propensity: kept.map(({ chance }) => chance) }
}

const decisions = (rows: readonly Mailed[], propensity: (i: number) => number, outcome: (typeof OUTCOMES)[number]): Decision[] =>
  rows.map(({ arm, outcomes, features }, i) => ({ arm, propensity: propensity(i), reward: outcomes[outcome], features }))

/** Lift of an arm over none, as each estimator puts it; the doubly robust one by the difference of two rewards models' policies. */
function lifts(log: readonly Decision[], arm: number): Record<string, Estimate> {
  const [of, none] = [always(arm, 3), always(0, 3)]
  const difference: Policy = made => of(made).map((chance, other) => chance - none(made)[other]!)
  return { ips: lift(log, of, none), dr: doublyRobust(log, difference, rewardModel(log, 3)) }
}

describe('estimates, on a real test', () => {
  testWithData(
    'from the uniform log every estimator finds each arm’s own mean within its interval',
    ['hillstrom.csv.gz'],
    async () => {
      const rows = await hillstrom()
      expect(rows.length).toBeGreaterThan(30_000)
      for (const outcome of OUTCOMES) {
        const log = decisions(rows, () => 1 / 3, outcome)
        const say = rewardModel(log, 3)
        for (const arm of [0, 1, 2]) {
          const taken = log.filter(one => one.arm === arm)
          const truth = taken.reduce((sum, { reward }) => sum + reward, 0) / taken.length
          const estimates = [ips(log, always(arm, 3)), snips(log, always(arm, 3)), doublyRobust(log, always(arm, 3), say)]
          expect(estimates.filter(one => !contains(one, truth))).toEqual([])
          expect(estimates[1]!.value).toBeCloseTo(truth, 10)
        }
      }
    },
  )

  testWithData('from a log that a habit made, the randomised lifts are recovered', ['hillstrom.csv.gz'], async () => {
    const rows = await hillstrom()
    const runs = 20
    for (const outcome of OUTCOMES) {
      const truth = [1, 2].map(arm => randomised(rows, outcome, arm))
      const held = { ips: 0, dr: 0, naive: 0 }
      for (let seed = 1; seed <= runs; seed++) {
        const { log, propensity } = habitual(rows, seed)
        for (const arm of [1, 2]) {
          const found = lifts(
            decisions(log, i => propensity[i]!, outcome),
            arm,
          )
          if (contains(found.ips!, truth[arm - 1]!)) held.ips++
          if (contains(found.dr!, truth[arm - 1]!)) held.dr++
          // What whoever forgets how the log came about would say, with the same width.
          const naive = randomised(log, outcome, arm)
          if (Math.abs(naive - truth[arm - 1]!) < 1.96 * found.dr!.standardError) held.naive++
        }
      }
      expect(held.ips / (2 * runs)).toBeGreaterThan(0.9)
      expect(held.dr / (2 * runs)).toBeGreaterThan(0.9)
      if (outcome === 'visit') expect(held.naive / (2 * runs)).toBeLessThan(0.6)
    }
  })

  testWithData(
    'a policy nobody followed is judged from the uniform log as from those whom chance gave its arm',
    ['hillstrom.csv.gz'],
    async () => {
      const rows = await hillstrom()
      const suited: Policy = ({ features: [, , mens, womens] }) => (mens! > womens! ? [0, 0.9, 0.1] : [0, 0.2, 0.8])
      for (const outcome of OUTCOMES) {
        const halves = [0, 1].map(half =>
          decisions(
            rows.filter((_, i) => i % 2 === half),
            () => 1 / 3,
            outcome,
          ),
        )
        const [log, other] = halves as [Decision[], Decision[]]
        // The truth, from customers that no estimate has seen: who was given what the policy would give, counted as often as it would.
        const matched = other.map(one => ({ worth: 3 * suited(one)[one.arm]!, reward: one.reward }))
        const truth = matched.reduce((sum, { worth, reward }) => sum + worth * reward, 0) / matched.length
        const spread =
          Math.sqrt(matched.reduce((sum, { worth, reward }) => sum + (worth * reward - truth) ** 2, 0)) / matched.length
        for (const { value, standardError } of [
          ips(log, suited),
          snips(log, suited),
          doublyRobust(log, suited, rewardModel(log, 3)),
        ])
          expect(Math.abs(value - truth)).toBeLessThan(1.96 * Math.hypot(standardError, spread))
      }
    },
  )
})
