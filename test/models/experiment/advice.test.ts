import { describe, expect, test } from 'vitest'
import { type Advice, judge, type Tested } from '../../../models/experiment/advice.ts'
import { learntShares } from '../../../models/experiment/learnt-shares.ts'
import { Random } from '../../../models/random.ts'

const variants = (...all: readonly (readonly [number, number])[]): Tested[] =>
  all.map(([hits, of], i) => ({ name: 'abcdefghij'[i]!, hits, of }))
const adviceOf = (...all: readonly (readonly [number, number])[]): Advice => judge(variants(...all), 0.1).advice

describe('advice when to stop', () => {
  test('is to wait while hardly anybody came, and while hardly anybody did anything', () => {
    expect(adviceOf([0, 0], [0, 0])).toMatchObject({ kind: 'too_early', says: expect.stringContaining('a had 0 customers') })
    expect(adviceOf([30, 400], [3, 49])).toMatchObject({ kind: 'too_early', says: expect.stringContaining('b had 49 customers') })
    expect(adviceOf([3, 400], [1, 400])).toMatchObject({ kind: 'too_early', says: expect.stringContaining('only 4 customers') })
    expect(judge(variants([50, 100]), 0.1).advice.kind).toBe('too_early')
    expect(judge([], 0.1)).toMatchObject({ differences: [], smallest: 0, advice: { kind: 'too_early' } })
  })

  test('names who is best once that is sure, of however many', () => {
    expect(adviceOf([40, 1000], [100, 1000])).toMatchObject({ kind: 'stop_winner', winner: 'b' })
    expect(adviceOf([40, 1000], [20, 1000], [130, 1000], [60, 1000])).toMatchObject({ kind: 'stop_winner', winner: 'c' })
    // The same two are no longer sure among ten: so many pairs may err.
    expect(adviceOf([45, 1000], [105, 1000])).toMatchObject({ kind: 'stop_winner', winner: 'b' })
    const many = Array.from({ length: 8 }, () => [45, 1000] as const)
    expect(adviceOf([45, 1000], [105, 1000], ...many).kind).toBe('keep_going')
  })

  test('is to stop when those who are not beaten differ by less than matters', () => {
    expect(adviceOf([200_000, 1_000_000], [200_100, 1_000_000])).toMatchObject({
      kind: 'stop_no_difference',
      says: 'Stop: a and b differ by less than 2 percentage points. Take whichever you like.',
    })
    expect(adviceOf([200_000, 1_000_000], [100_000, 1_000_000], [200_100, 1_000_000])).toMatchObject({
      kind: 'stop_no_difference',
      says: expect.stringContaining('a and c differ'),
    })
  })

  test.each([
    [100, 2000],
    [1000, 5000],
    [60, 100],
  ])('tells how many more are needed, and so many are enough to tell: %i of %i', (hits, of) => {
    const advice = adviceOf([hits, of], [hits, of])
    if (advice.kind !== 'keep_going') throw new Error(advice.kind)
    const then = 1.05 * (of + advice.morePerVariant)
    const at = (rate: number) => [rate * then, then] as const
    const rate = hits / of
    expect(adviceOf(at(rate), at(rate)).kind).toBe('stop_no_difference')
    expect(adviceOf(at(rate * 0.94), at(rate * 1.06)).kind).toBe('stop_winner')
    // A tenth less is not.
    const less = 0.9 * (of + advice.morePerVariant)
    expect(adviceOf([rate * less, less], [rate * less, less]).kind).toBe('keep_going')
  })

  test('still says how many when there were enough for the smallest effect, and what was found lies at its edge', () => {
    const first = adviceOf([1000, 5000], [1000, 5000])
    const of = 5000 + (first.kind === 'keep_going' ? first.morePerVariant : 0) + 1000
    const advice = adviceOf([0.2 * of, of], [0.21 * of, of])
    expect(advice).toMatchObject({ kind: 'keep_going', says: expect.stringMatching(/^Keep going: about [\d,]+ more/) })
  })

  test('looked at all along it names a winner among equals in at most 5 of 100 experiments', () => {
    let wrong = 0
    for (let run = 0; run < 100; run++) {
      const random = new Random('advice', run)
      const seen = [0, 0, 0].map((_, i) => ({ name: String(i), of: 0, hits: 0 }))
      for (let customer = 0; customer < 600; customer++) {
        const arm = seen[Math.floor(random.float() * 3)]!
        arm.of++
        if (random.float() < 0.3) arm.hits++
        if (customer % 10 !== 0) continue
        if (judge(seen, 0.1).advice.kind !== 'stop_winner') continue
        wrong++
        break
      }
    }
    expect(wrong).toBeLessThanOrEqual(5)
  })
})

describe('shares that are learnt', () => {
  test('are none while too little is known', () => {
    expect(
      learntShares([
        { trials: 50, successes: 20 },
        { trials: 49, successes: 1 },
      ]),
    ).toBeUndefined()
    expect(
      learntShares([
        { trials: 500, successes: 0 },
        { trials: 500, successes: 0 },
      ]),
    ).toBeUndefined()
  })

  test('starve nobody, add up, and are the same for the same counts in any order', () => {
    for (const n of [2, 3, 10]) {
      const tried = Array.from({ length: n }, (_, i) => ({ trials: 1000, successes: i === 1 ? 300 : 10 }))
      const shares = learntShares(tried)!
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.05)
      expect(shares.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 2)
      expect(shares.indexOf(Math.max(...shares))).toBe(1)
      expect(learntShares(tried)).toEqual(shares)
      expect(learntShares([...tried].reverse())).toEqual([...shares].reverse())
    }
    expect(
      learntShares([
        { trials: 100, successes: 5 },
        { trials: 100, successes: 5 },
      ]),
    ).toEqual([0.5, 0.5])
  })

  test('bring more than an even split does, and end with most for the best', () => {
    const rates = [0.05, 0.08, 0.03]
    let [learnt, even, last] = [0, 0, 0]
    for (let run = 0; run < 20; run++) {
      const random = new Random('learnt', run)
      const tried = rates.map(() => ({ trials: 0, successes: 0 }))
      let shares: readonly number[] = [1 / 3, 1 / 3, 1 / 3]
      for (let customer = 0; customer < 6000; customer++) {
        // Counts are looked at now and then, as production does.
        if (customer % 200 === 0) shares = learntShares(tried) ?? shares
        const drawn = random.float()
        const arm = drawn < shares[0]! ? 0 : drawn < shares[0]! + shares[1]! ? 1 : 2
        const hit = random.float()
        tried[arm]!.trials++
        if (hit < rates[arm]!) tried[arm]!.successes++
        if (hit < rates[customer % 3]!) even++
      }
      learnt += tried.reduce((total, { successes }) => total + successes, 0)
      last += shares[1]! / 20
    }
    expect(learnt).toBeGreaterThan(1.25 * even)
    expect(last).toBeGreaterThan(0.8)
  })
})
