import { describe, expect, test } from 'vitest'
import { betaDensity } from '../../../models/bandit/beta.ts'
import { armAt } from '../../../models/bandit/chance-of-best.ts'
import { differenceSequence, rateSequence } from '../../../models/experiment/confidence-sequence.ts'
import { Random } from '../../../models/random.ts'
import { shareDifference, wilson } from '../../../models/uplift/proportions.ts'

/** ln of the mixture martingale, by plain integration over q = sin²(t), where Beta(½, ½) is even. */
function logMartingale(of: number, hits: number, p: number): number {
  const STEPS = 20_000
  let sum = 0
  for (let i = 0; i < STEPS; i++) {
    const q = Math.sin(((i + 0.5) / STEPS) * (Math.PI / 2)) ** 2
    sum += Math.exp(hits * Math.log(q / p) + (of - hits) * Math.log((1 - q) / (1 - p)))
  }
  return Math.log(sum / STEPS)
}

describe('an interval that may be looked at whenever one likes', () => {
  test.each([
    [10, 3],
    [200, 4],
    [40, 40],
    [50, 0],
  ])('ends where the martingale reaches 1/alpha: %i customers, %i hits', (of, hits) => {
    const { low, high } = rateSequence({ of, hits })
    for (const bound of [low, high])
      if (bound > 0 && bound < 1) expect(logMartingale(of, hits, bound)).toBeCloseTo(Math.log(20), 4)
    expect([low <= hits / of, high >= hits / of]).toEqual([true, true])
    if (hits === 0) expect(low).toBe(0)
    if (hits === of) expect(high).toBe(1)
  })

  test('says nothing of nobody', () => {
    expect(rateSequence({ of: 0, hits: 0 })).toEqual({ low: 0, high: 1 })
    expect(differenceSequence({ of: 0, hits: 0 }, { of: 0, hits: 0 })).toEqual({ difference: 0, low: -1, high: 1 })
  })

  test.each([
    [30, 10, 40, 5],
    [12, 0, 15, 15],
    [500, 20, 90, 2],
    [0, 0, 60, 7],
    [7, 7, 7, 7],
  ])('of a difference is the least and the greatest of all pairs that stand: %i of %i, %i of %i', (n, k, m, l) => {
    const STEPS = 1500
    const log = (of: number, hits: number) =>
      Array.from({ length: STEPS + 1 }, (_, i) => {
        const p = i / STEPS
        return -((hits === 0 ? 0 : hits * Math.log(p)) + (of === hits ? 0 : (of - hits) * Math.log(1 - p)))
      })
    // B(½ + k, ½ + n − k) by the density of another place: no formula of the product.
    const mixture = (of: number, hits: number) => {
      const density = betaDensity(0.3, 0.5 + hits, 0.5 + of - hits)
      return (hits - 0.5) * Math.log(0.3) + (of - hits - 0.5) * Math.log(0.7) - Math.log(density) - Math.log(Math.PI)
    }
    const [one, two] = [log(n, k), log(m, l)]
    const most = Math.log(20) - mixture(n, k) - mixture(m, l)
    let [low, high] = [1, -1]
    for (let i = 0; i <= STEPS; i++)
      for (let j = 0; j <= STEPS; j++) {
        if (one[i]! + two[j]! > most) continue
        low = Math.min(low, (i - j) / STEPS)
        high = Math.max(high, (i - j) / STEPS)
      }
    const found = differenceSequence({ of: n, hits: k }, { of: m, hits: l })
    expect(found.low).toBeCloseTo(low, 2)
    expect(found.high).toBeCloseTo(high, 2)
    expect(found.low).toBeLessThanOrEqual(low + 1e-9)
    expect(found.high).toBeGreaterThanOrEqual(high - 1e-9)
  })
})

/** The share of experiments whose intervals miss the truth at least once, when they are looked at after every customer. */
function missed(runs: number, customers: number, rates: readonly [number, number], adaptive: boolean) {
  const truth = rates[0] - rates[1]
  const ever = { sequence: 0, fixed: 0, rateSequence: 0, rateFixed: 0 }
  for (let run = 0; run < runs; run++) {
    const random = new Random('peeking', `${rates} ${adaptive} ${run}`)
    const seen = [0, 1].map(() => ({ of: 0, hits: 0 }))
    const out = { sequence: false, fixed: false, rateSequence: false, rateFixed: false }
    for (let customer = 0; customer < customers; customer++) {
      const [a, b] = seen as [(typeof seen)[0], (typeof seen)[0]]
      // Who is ahead gets most: as far from even shares as a learner goes.
      const ahead = (a.hits + 1) / (a.of + 2) >= (b.hits + 1) / (b.of + 2)
      const arm = armAt(adaptive ? (ahead ? [0.9, 0.1] : [0.1, 0.9]) : [0.5, 0.5], random.float())
      seen[arm]!.of++
      if (random.float() < rates[arm]!) seen[arm]!.hits++
      if (a.of < 5 || b.of < 5) continue
      const misses = ({ low, high }: { low: number; high: number }, value: number) => value < low || value > high
      out.sequence ||= misses(differenceSequence(a, b), truth)
      out.fixed ||= misses(shareDifference(a, b), truth)
      out.rateSequence ||= misses(rateSequence(a), rates[0])
      out.rateFixed ||= misses(wilson(a), rates[0])
    }
    for (const name of Object.keys(out) as (keyof typeof out)[]) if (out[name]) ever[name]++
  }
  return Object.fromEntries(Object.entries(ever).map(([name, count]) => [name, count / runs])) as typeof ever
}

describe('looked at after every customer', { timeout: 300_000 }, () => {
  test.each([
    [[0.2, 0.2], false],
    [[0.2, 0.2], true],
    [[0.5, 0.4], true],
  ] as const)(
    'holds the truth all the way in at least 95 of 100 experiments, where one for a fixed number does not: %j, adaptive %s',
    (rates, adaptive) => {
      const { sequence, fixed, rateSequence: rate, rateFixed } = missed(300, 400, rates, adaptive)
      expect(sequence).toBeLessThanOrEqual(0.05)
      expect(rate).toBeLessThanOrEqual(0.05)
      expect(fixed).toBeGreaterThan(0.15)
      expect(rateFixed).toBeGreaterThan(0.15)
    },
  )
})
