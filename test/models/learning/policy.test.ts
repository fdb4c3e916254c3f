import { describe, expect, test } from 'vitest'
import { rewarded, tried } from '../../../models/bandit/linear.ts'
import { CONTEXT, contextOf } from '../../../models/learning/context.ts'
import { nothingLearnt, unlearnt, VariantPolicy, type VariantsLearnt } from '../../../models/learning/policy.ts'
import { VARIANTS } from '../../../models/learning/variants.ts'
import { noCuts, noHistory } from '../../../models/rfm.ts'
import { noTaste } from '../../../models/taste.ts'

const anyone = CONTEXT.map((_, i) => (i === 0 ? 1 : 0.5))
const arms = (...counts: [trials: number, successes: number][]): VariantsLearnt => ({
  ...nothingLearnt(),
  tried: counts.map(([trials, successes]) => ({ trials, successes })),
})
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

describe('which variant a list is', () => {
  test('before a hundred lists were seen, all are as they were: nothing is tried on a shop that does not look', () => {
    const policy = new VariantPolicy(arms([99, 50], [0, 0], [0, 0], [0, 0]))
    expect(policy.choose('rec_1', anyone)).toEqual(unlearnt)
  })

  test('the same list gets the same variant from the same state, whoever asks and how often', () => {
    const [one, other] = [0, 1].map(() => new VariantPolicy(arms([900, 90], [300, 40], [300, 30], [300, 20])))
    for (let i = 0; i < 50; i++) expect(one!.choose(`rec_${i}`, anyone)).toEqual(other!.choose(`rec_${i}`, anyone))
  })

  test('the propensity is the share of lists that get it', () => {
    const policy = new VariantPolicy(arms([900, 90], [300, 40], [300, 30], [300, 20]))
    const counts = new Map<string, number>()
    let propensities: readonly number[] = []
    for (let i = 0; i < 20_000; i++) {
      const choice = policy.choose(`rec_${i}`, anyone)
      counts.set(choice.variant, (counts.get(choice.variant) ?? 0) + 1)
      expect(choice.propensity).toBe(choice.propensities[VARIANTS.indexOf(choice.variant)])
      propensities = choice.propensities
    }
    expect(sum(propensities)).toBeCloseTo(1, 5)
    for (const [arm, variant] of VARIANTS.entries())
      expect(Math.abs(counts.get(variant)! / 20_000 - propensities[arm]!)).toBeLessThan(0.012)
  })

  test('little is risked while little is known; what does better gets nearly all in the end, and nothing is given up for good', () => {
    const early = new VariantPolicy(arms([100, 10], [20, 2], [20, 2], [20, 2])).shares()
    expect(early[0]).toBeGreaterThan(0.7)
    const late = new VariantPolicy(arms([50_000, 2500], [20_000, 1600], [20_000, 800], [20_000, 900])).shares()
    expect(late[1]).toBeGreaterThan(0.88)
    for (const share of late) expect(share).toBeGreaterThanOrEqual(0.02)
  })

  test('once every variant is known well enough, the context decides', () => {
    const learnt = arms([2000, 200], [2000, 200], [2000, 200], [2000, 200])
    const keen = CONTEXT.map((_, i) => (i === 0 || i === 5 ? 1 : 0))
    const quiet = CONTEXT.map((_, i) => (i === 0 ? 1 : 0))
    for (const [arm, linear] of learnt.linear.entries())
      for (let i = 0; i < 2000; i++) {
        const context = i % 2 === 0 ? keen : quiet
        tried(linear, context)
        if (Math.floor(i / 2) % 10 < (context === keen ? arm : 3 - arm)) rewarded(linear, context)
      }
    const policy = new VariantPolicy(learnt)
    const [one, other] = [policy.choose('rec_1', keen), policy.choose('rec_1', quiet)]
    expect([one.by, other.by]).toEqual(['linear', 'linear'])
    expect(one.propensities[3]).toBeGreaterThan(0.7)
    expect(other.propensities[0]).toBeGreaterThan(0.7)
  })
})

describe('the context of a choice', () => {
  test('is bounded, whatever a customer did, and 1 first', () => {
    const busy = {
      ...noTaste,
      at: 1e12,
      mood: -1,
      recent: Array.from({ length: 50 }, (_, i) => ({ productId: `p${i}`, value: 900, at: 1e12 })),
      bought: new Map(Array.from({ length: 5000 }, (_, i) => [`p${i}`, { times: 1, sittings: [1] }])),
    }
    const rfm = { ...noHistory, firstAt: 0, lastAt: 0, orders: 9, gross: 1e9 }
    const cuts = { ...noCuts, recency: [0, 0, 0, 0], frequency: [1, 2, 3, 99], monetary: [1, 2, 3, 4] }
    expect(contextOf(busy, rfm, cuts)).toEqual([1, 1, 0.8, 1, 1, 1, 1, -1])
    expect(contextOf(noTaste, noHistory, noCuts)).toEqual([1, 0, 0, 0, 1, 0, 0, 0])
    expect(CONTEXT).toHaveLength(8)
  })
})
