import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alikeBuyers } from '../../../../models/analytics/value/alike-buyers.ts'
import { aliveChance, type BgNbd, bgNbdLoss } from '../../../../models/analytics/value/bg-nbd.ts'
import { fitBgNbd } from '../../../../models/analytics/value/fit-bg-nbd.ts'
import { purchaseDays } from '../../../../models/analytics/value/purchase-days.ts'
import { type RepeatPurchases, repeatPurchases } from '../../../../models/analytics/value/repeat-purchases.ts'
import { logGamma } from '../../../../models/bandit/beta.ts'
import { Random } from '../../../../models/random.ts'
import { cdnowDays } from '../../../support/cdnow-days.ts'
import { numbersIn, purchaseRows, rowsOf } from '../../../support/purchase-arbitraries.ts'
import { testWithData } from '../../../support/shared-data.ts'
import { oracle } from '../../../support/value-oracle.ts'

type Buyers = Pick<RepeatPurchases, 'repeats' | 'last' | 'age'>

const buyer = fc
  .tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 40 }))
  .map(([one, other, x]) => {
    const [last, age] = [Math.min(one, other), Math.max(one, other)]
    return x === 0 || last === 0 ? ([0, 0, age] as const) : ([Math.min(x, last), last, age] as const)
  })
const columns = (all: readonly (readonly [number, number, number])[]): Buyers => ({
  repeats: Int32Array.from(all, ([x]) => x),
  last: Int32Array.from(all, ([, t]) => t),
  age: Int32Array.from(all, ([, , T]) => T),
})
const logs = fc.tuple(...([-3, -1, -3, -3] as const).map(low => fc.double({ min: low, max: 3, noNaN: true })))

/** Formula 6 of the paper as it stands there, through Γ; days are in weeks. */
function published([r, alpha, a, b]: readonly number[], x: number, last: number, age: number): number {
  const [t, T] = [last / 7, age / 7]
  const lnBeta = (p: number, q: number) => logGamma(p) + logGamma(q) - logGamma(p + q)
  const alive = lnBeta(a!, b! + x) - lnBeta(a!, b!) - (r! + x) * Math.log(alpha! + T)
  const gone = x === 0 ? -Infinity : lnBeta(a! + 1, b! + x - 1) - lnBeta(a!, b!) - (r! + x) * Math.log(alpha! + t)
  const most = Math.max(alive, gone)
  const either = most + Math.log(Math.exp(alive - most) + Math.exp(gone - most))
  return logGamma(r! + x) - logGamma(r!) + r! * Math.log(alpha!) + either
}

describe('the likelihood', () => {
  test('is that of the paper, customer by customer', () => {
    fc.assert(
      fc.property(fc.array(buyer, { minLength: 1, maxLength: 20 }), logs, (all, at) => {
        const found = bgNbdLoss(alikeBuyers(columns([...all, ...all.slice(0, 3)])))(Float64Array.from(at), new Float64Array(4))
        const plain = [...all, ...all.slice(0, 3)].map(([x, t, T]) => published(at.map(Math.exp), x, t, T))
        expect(found).toBeCloseTo(-plain.reduce((sum, one) => sum + one, 0) / plain.length, 7)
      }),
    )
  })

  test('slopes are those of small steps', () => {
    fc.assert(
      fc.property(fc.array(buyer, { minLength: 1, maxLength: 20 }), logs, (all, at) => {
        const loss = bgNbdLoss(alikeBuyers(columns(all)))
        const slopes = new Float64Array(4)
        loss(Float64Array.from(at), slopes)
        for (const i of [0, 1, 2, 3]) {
          const step = (by: number) =>
            loss(
              Float64Array.from(at, (one, j) => (i === j ? one + by : one)),
              new Float64Array(4),
            )
          const plain = (step(1e-5) - step(-1e-5)) / 2e-5
          expect(Math.abs(slopes[i]! - plain)).toBeLessThan(1e-5 * (1 + Math.abs(plain)))
        }
      }),
    )
  })

  test('of a customer nobody has ever seen the like of is a number', () => {
    const far = columns([[20_000, 20_000, 40_000]])
    expect(bgNbdLoss(alikeBuyers(far))(Float64Array.of(-7, -4, -7, -7), new Float64Array(4))).toSatisfy(Number.isFinite)
  })
})

describe('the chance to be a customer still', () => {
  test('is that of Fader, Hardie & Lee 2008, at most 1, and falls while nothing is bought', () => {
    const model = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }
    const plain = (x: number, t: number, T: number) =>
      1 / (1 + (model.a / (model.b + x - 1)) * ((model.alpha + T / 7) / (model.alpha + t / 7)) ** (model.r + x))
    for (const [x, t, T] of [
      [1, 7, 273],
      [2, 213, 272],
      [29, 250, 273],
    ] as const)
      expect(aliveChance(model, x, t, T)).toBeCloseTo(plain(x, t, T), 12)
    expect(aliveChance(model, 0, 0, 200)).toBe(1)
    expect(aliveChance(model, 300, 300, 20_000)).toBeGreaterThanOrEqual(0)
    expect(aliveChance(model, 5, 100, 120)).toBeGreaterThan(aliveChance(model, 5, 100, 150))
  })
})

const fitted = (buyers: Buyers) => {
  const fit = fitBgNbd(buyers)
  if (fit.kind !== 'fitted') throw new Error(fit.says)
  return fit
}

describe('a fit', () => {
  testWithData('to CDNOW gives the published parameters', ['cdnow.csv.gz'], async () => {
    const { model, customers, warnings } = fitted(repeatPurchases(cdnowDays()))
    expect(customers).toBe(23_570)
    expect(warnings).toEqual([])
    expect(model.r).toBeCloseTo(0.2516, 4)
    expect(model.alpha).toBeCloseTo(4.789, 3)
    expect(model.a).toBeCloseTo(0.7234, 4)
    expect(model.b).toBeCloseTo(2.161, 3)
  })

  testWithData('to CDNOW agrees with lifetimes, and its errors and likelihood with scipy', ['cdnow.csv.gz'], async () => {
    const { model, parameters, logLikelihood } = fitted(repeatPurchases(cdnowDays()))
    const { lifetimes, scipy, standardErrorsOfLogs } = oracle.bgNbd
    expect(logLikelihood).toBeCloseTo(oracle.bgNbd.logLikelihood, 3)
    for (const { name, low, high } of parameters) {
      expect(model[name as 'r']).toBeCloseTo(lifetimes[name]!, 3)
      expect(model[name as 'r']).toBeCloseTo(scipy[name]!, 4)
      expect(Math.log(high! / low!) / (2 * 1.959963985) / standardErrorsOfLogs[name]!).toBeCloseTo(1, 2)
    }
  })

  test('finds what customers were drawn by: 95 % intervals miss it about as often as they say', () => {
    const truth = { r: 0.8, alpha: 6, a: 0.9, b: 2.5 }
    const runs = 40
    let missed = 0
    for (let seed = 0; seed < runs; seed++) {
      const { parameters, model } = fitted(drawn(truth, 1500, 420, seed))
      for (const { name, low, high } of parameters) if (!(low! <= truth[name as 'r'] && truth[name as 'r'] <= high!)) missed++
      expect(model.r / model.alpha).toBeGreaterThan(0.09)
      expect(model.r / model.alpha).toBeLessThan(0.18)
    }
    expect(missed / (4 * runs)).toBeLessThan(0.12)
  })

  test('is the same whatever the order of customers', () => {
    const buyers = drawn({ r: 0.5, alpha: 5, a: 0.7, b: 2 }, 800, 300, 3)
    const turned = { repeats: buyers.repeats.toReversed(), last: buyers.last.toReversed(), age: buyers.age.toReversed() }
    const [one, other] = [fitted(buyers), fitted(turned)]
    for (const name of ['r', 'alpha', 'a', 'b'] as const) expect(other.model[name] / one.model[name]).toBeCloseTo(1, 5)
  })

  test('of whatever purchases is a model of numbers or says why there is none', () => {
    fc.assert(
      fc.property(purchaseRows(), rows => {
        const fit = fitBgNbd(repeatPurchases(purchaseDays(rows, 12, 600)))
        if (fit.kind === 'fitted') expect(numbersIn(fit).filter(one => !Number.isFinite(one))).toEqual([])
        else expect(fit.says).toMatch(/^[A-Z].*\.$/)
      }),
      { numRuns: 150 },
    )
  })

  test.each([
    ['nobody', [], 'too_few'],
    ['one customer', [[3, 40, 100]], 'too_few'],
    ['customers who all came once', Array(50).fill([0, 0, 90]), 'no_repeats'],
  ] as const)('of %s is told to be none', (_, all, reason) => {
    expect(fitBgNbd(columns(all as [number, number, number][]))).toMatchObject({ kind: 'not_fitted', reason })
  })

  test('of customers who are all alike, or who never stop, warns what cannot be told', () => {
    const alike = fitBgNbd(columns(Array(400).fill([4, 80, 100])))
    const daily = fitBgNbd(columns(Array.from({ length: 200 }, (_, i) => [100 + i, 100 + i, 100 + i] as const)))
    for (const fit of [alike, daily]) {
      expect(fit.kind).toBe('fitted')
      if (fit.kind !== 'fitted') return
      expect(fit.warnings.length).toBeGreaterThan(0)
      expect(numbersIn(fit).filter(one => !Number.isFinite(one))).toEqual([])
    }
  })
})

/** Customers as the model says they are, each observed for up to `days`; purchases at moments, not days merged. */
function drawn({ r, alpha, a, b }: BgNbd, customers: number, days: number, seed: number): Buyers {
  const random = new Random('bg-nbd', seed)
  return columns(
    Array.from({ length: customers }, () => {
      const age = random.int(days / 2, days)
      const rate = gamma(random, r) / alpha / 7
      const [one, other] = [gamma(random, a), gamma(random, b)]
      const p = one / (one + other)
      let [x, last] = [0, 0]
      for (let at = next(); at <= age; at += next()) {
        ;[x, last] = [x + 1, at]
        if (random.chance(p)) break
      }
      function next() {
        return -Math.log(1 - random.float()) / rate
      }
      return [x, Math.round(last), age] as const
    }),
  )
}

/** Marsaglia & Tsang 2000. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random.float() ** (1 / shape)
  const d = shape - 1 / 3
  for (;;) {
    const z = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float())
    const v = (1 + z / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random.float()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}

test('one hit beside none is no reason to fail', () => {
  const rows = rowsOf([
    [0, 1, 1e9],
    [1, 2, 0],
    [1, 30, 0],
  ])
  expect(['fitted', 'not_fitted']).toContain(fitBgNbd(repeatPurchases(purchaseDays(rows, 2, 30))).kind)
})
