import { describe, expect, test } from 'vitest'
import { betaBelow, logGamma } from '../../../models/bandit/beta.ts'
import { armAt, chancesOfBest } from '../../../models/bandit/chance-of-best.ts'
import { normalBelow, normalDensity } from '../../../models/bandit/normal.ts'
import { thompson, untried } from '../../../models/bandit/thompson.ts'
import { Random } from '../../../models/random.ts'

/** The chance that Beta(a, b) of whole numbers is at most x: that of at least a successes in a + b − 1 trials, summed one by one. */
function binomialTail(x: number, a: number, b: number): number {
  const n = a + b - 1
  let sum = 0
  for (let k = a; k <= n; k++) {
    let term = 1
    for (let i = 0; i < k; i++) term *= ((n - i) / (k - i)) * x
    sum += term * (1 - x) ** (n - k)
  }
  return sum
}

/** P(Beta(a₁, b₁) > Beta(a₂, b₂)) in closed form for whole a₁ (Evan Miller, Formulas for Bayesian A/B testing, 2014). */
function firstIsBetter(a1: number, b1: number, a2: number, b2: number): number {
  const lnBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b)
  let sum = 0
  for (let i = 0; i < a1; i++) sum += Math.exp(lnBeta(a2 + i, b1 + b2) - Math.log(b1 + i) - lnBeta(1 + i, b1) - lnBeta(a2, b2))
  return sum
}

describe('distributions', () => {
  test('ln Γ is that of factorials', () => {
    let factorial = 1
    for (let n = 1; n < 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 12)
      factorial *= n
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12)
  })

  test.each([
    [0.03, 2, 40],
    [0.5, 7, 7],
    [0.9, 30, 5],
    [0.999, 3, 1],
  ])('Beta below %d with %d and %d is a sum of binomial chances', (x, a, b) => {
    expect(betaBelow(x, a, b)).toBeCloseTo(binomialTail(x, a, b), 11)
  })

  test('Beta of a million trials still adds up to one', () => {
    const [a, b] = [100_001, 900_001]
    expect([betaBelow(0.09, a, b), betaBelow(0.11, a, b)]).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12)])
    expect(betaBelow(a / (a + b), a, b)).toBeCloseTo(0.5, 3)
  })

  test('the normal distribution has its published values, and joins where two ways of working it out meet', () => {
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 14)
    expect(normalBelow(-3)).toBeCloseTo(0.0013498980316300933, 15)
    expect(normalBelow(-6) / 9.865876450376946e-10).toBeCloseTo(1, 9)
    expect(normalBelow(-4.0000001) / normalBelow(-3.9999999)).toBeCloseTo(1, 5)
    expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 15)
  })
})

describe('the chance of an arm to be the best', () => {
  test.each([
    [10, 1, 12, 3],
    [1000, 50, 1000, 60],
    [20_000, 1000, 30, 1],
  ])('of two arms it is that of the closed form (%d trials with %d, %d with %d)', (n1, s1, n2, s2) => {
    const [first] = thompson([
      { trials: n1, successes: s1 },
      { trials: n2, successes: s2 },
    ])
    expect(first).toBeCloseTo(firstIsBetter(1 + s1, 1 + n1 - s1, 1 + s2, 1 + n2 - s2), 3)
  })

  test('of four it is how often drawing from each belief puts it first', () => {
    const arms = [3, 5, 4, 2].map(successes => ({ trials: 12, successes }))
    const random = new Random('draws', 7)
    // Beta of whole numbers is an order statistic of uniform draws.
    const beta = (a: number, b: number) => Array.from({ length: a + b - 1 }, () => random.float()).sort((x, y) => x - y)[a - 1]!
    const wins = [0, 0, 0, 0]
    const draws = 40_000
    for (let i = 0; i < draws; i++) {
      const worths = arms.map(({ trials, successes }) => beta(1 + successes, 1 + trials - successes))
      wins[worths.indexOf(Math.max(...worths))]!++
    }
    for (const [arm, chance] of thompson(arms).entries()) expect(Math.abs(chance - wins[arm]! / draws)).toBeLessThan(0.01)
  })

  test('arms nothing is known of are alike; a hopeless one is given up', () => {
    expect(thompson([untried, untried, untried])).toEqual([1 / 3, 1 / 3, 1 / 3].map(third => expect.closeTo(third, 10)))
    expect(
      thompson([
        { trials: 5000, successes: 500 },
        { trials: 5000, successes: 50 },
      ])[1],
    ).toBeLessThan(1e-9)
  })

  test('more successes than trials, which only lost rows could give, are no reason to fail', () => {
    expect(thompson([{ trials: 1, successes: 3 }, untried]).every(Number.isFinite)).toBe(true)
  })

  test('a number falls on each arm as often as its chance says, and never beside them', () => {
    expect([0, 0.25, 0.4999, 0.5, 0.9999999].map(u => armAt([0.25, 0.25, 0.5, 0], u))).toEqual([0, 1, 1, 2, 2])
    expect(armAt([0.5, 0.4999999], 0.99999999)).toBe(1)
  })

  test('where no belief reaches, all are alike instead of not a number', () => {
    const nowhere = { low: 0, high: 0, density: () => 0, below: () => 0 }
    expect(chancesOfBest([nowhere, nowhere])).toEqual([0.5, 0.5])
  })
})
