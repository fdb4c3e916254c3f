import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alikeBuyers } from '../../../../models/analytics/value/alike-buyers.ts'
import { digamma } from '../../../../models/analytics/value/digamma.ts'
import { fitAlike } from '../../../../models/analytics/value/fit-bg-nbd.ts'
import { expectedAmounts, fitGammaGamma } from '../../../../models/analytics/value/fit-gamma-gamma.ts'
import { expectedAmount, gammaGammaLoss } from '../../../../models/analytics/value/gamma-gamma.ts'
import { lifetimeValues } from '../../../../models/analytics/value/lifetime-value.ts'
import { purchaseDays } from '../../../../models/analytics/value/purchase-days.ts'
import { repeatPurchases } from '../../../../models/analytics/value/repeat-purchases.ts'
import { spendsWithFrequency } from '../../../../models/analytics/value/spends-with-frequency.ts'
import { logGamma } from '../../../../models/bandit/beta.ts'
import { cdnowDays } from '../../../support/cdnow-days.ts'
import { numbersIn, purchaseRows } from '../../../support/purchase-arbitraries.ts'
import { testWithData } from '../../../support/shared-data.ts'
import { oracle } from '../../../support/value-oracle.ts'

const spenders = (all: readonly (readonly [number, number])[]) => ({
  repeats: Int32Array.from(all, ([x]) => x),
  meanAmount: Float64Array.from(all, ([, mean]) => mean),
})
const spender = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 500, noNaN: true }))
const infinite = (value: unknown): number[] => numbersIn(value).filter(one => !Number.isFinite(one))

test('ψ is that of tables, and the slope of ln Γ', () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 13)
  expect(digamma(0.5)).toBeCloseTo(-1.9635100260214235, 13)
  for (const x of [0.01, 3.3, 47, 1e5])
    expect(digamma(x)).toBeCloseTo((logGamma(x * (1 + 1e-5)) - logGamma(x * (1 - 1e-5))) / (2e-5 * x), 4)
})

test('the likelihood is that of the paper, and its slopes those of small steps', () => {
  const logs = fc.tuple(...[-2, 0.1, -2].map(low => fc.double({ min: low, max: 3, noNaN: true })))
  fc.assert(
    fc.property(fc.array(spender, { minLength: 1, maxLength: 20 }), logs, (all, at) => {
      const loss = gammaGammaLoss(spenders(all))
      const slopes = new Float64Array(3)
      const [p, q, v] = at.map(Math.exp) as [number, number, number]
      const plain = all.map(
        ([x, m]) =>
          logGamma(p * x + q) -
          logGamma(p * x) -
          logGamma(q) +
          q * Math.log(v) +
          (p * x - 1) * Math.log(m) +
          p * x * Math.log(x) -
          (p * x + q) * Math.log(x * m + v),
      )
      expect(loss(Float64Array.from(at), slopes)).toBeCloseTo(-plain.reduce((sum, one) => sum + one, 0) / all.length, 6)
      for (const i of [0, 1, 2]) {
        const to = (by: number) =>
          loss(
            Float64Array.from(at, (one, j) => (i === j ? one + by : one)),
            new Float64Array(3),
          )
        const slope = (to(1e-5) - to(-1e-5)) / 2e-5
        expect(Math.abs(slopes[i]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)))
      }
    }),
  )
})

describe('a fit', () => {
  testWithData(
    'to CDNOW agrees with lifetimes in parameters, expected amounts and the check of independence',
    ['cdnow.csv.gz'],
    async () => {
      const buyers = repeatPurchases(cdnowDays())
      const fit = fitGammaGamma(buyers)
      if (fit.kind !== 'fitted') throw new Error(fit.says)
      const { parameters, customers, correlation, expected } = oracle.gammaGamma
      expect(fit.customers).toBe(customers)
      expect(fit.warnings).toEqual([])
      for (const name of ['p', 'q', 'v'] as const) expect(fit.model[name] / parameters[name]!).toBeCloseTo(1, 4)
      const found = [
        [0, 0],
        [1, 20.5],
        [3, 35.25],
        [12, 80],
      ].map(([x, mean]) => expectedAmount(fit.model, x!, mean!))
      expect(found).toEqual(expected.map(one => expect.closeTo(one, 2)))
      const check = spendsWithFrequency(buyers)
      expect(check.correlation).toBeCloseTo(correlation, 6)
      expect(check).toMatchObject({ independent: true, customers })
    },
  )

  test('of the same spending in another coin is the same but for v', () => {
    const all = Array.from({ length: 300 }, (_, i) => [1 + (i % 7), 20 + ((i * 37) % 91)] as const)
    const [one, other] = [all, all.map(([x, mean]) => [x, mean * 1e4] as const)].map(own => fitGammaGamma(spenders(own)))
    if (one?.kind !== 'fitted' || other?.kind !== 'fitted') throw new Error('not fitted')
    expect(other.model.p / one.model.p).toBeCloseTo(1, 4)
    expect(other.model.v / one.model.v / 1e4).toBeCloseTo(1, 4)
  })

  test.each([
    ['all spend the same', Array(60).fill([3, 250])],
    ['one spent a billion', [...Array.from({ length: 60 }, (_, i) => [1 + (i % 3), 100 + i]), [2, 1e13]]],
    ['two came back', [[1, 5], [2, 9000]]], // biome-ignore format: rows
  ])('where %s, what is expected is a number of the size of what was spent', (_, all) => {
    const buyers = spenders([...(all as [number, number][]), [0, 0]])
    const fit = fitGammaGamma(buyers)
    const amounts = expectedAmounts(buyers, fit)
    expect(infinite([fit, amounts])).toEqual([])
    expect(Math.min(...amounts)).toBeGreaterThan(0)
    expect(Math.max(...amounts)).toBeLessThan(1e14)
  })

  test('of nobody who came back is told to be none, and amounts are those seen', () => {
    const fit = fitGammaGamma(spenders([[0, 0], [2, 70]])) // biome-ignore format: rows
    expect(fit).toMatchObject({ kind: 'not_fitted', reason: 'too_few' })
    expect(expectedAmounts(spenders([[0, 0], [2, 70]]), fit)).toEqual(Float64Array.of(70, 70)) // biome-ignore format: rows
    expect(expectedAmounts(spenders([[0, 0]]), fit)).toEqual(Float64Array.of(0))
  })
})

test('whoever spends more the oftener they buy is said to', () => {
  const more = spenders(Array.from({ length: 50 }, (_, i) => [1 + (i % 10), 10 + 5 * (i % 10) + (i % 3)] as const))
  expect(spendsWithFrequency(more)).toMatchObject({ independent: false, says: expect.stringMatching(/ more each time/) })
  expect(spendsWithFrequency(spenders(Array(50).fill([2, 7])))).toMatchObject({ correlation: null, independent: null })
})

describe('lifetime values', () => {
  testWithData('of CDNOW are the sum of their customers, and surer of many than of few', ['cdnow.csv.gz'], async () => {
    const width = (customers: number) => {
      const days = cdnowDays()
      const buyers = repeatPurchases({ ...days, start: days.start.slice(0, customers + 1) })
      const groups = alikeBuyers(buyers)
      const purchases = fitAlike(groups)
      if (purchases.kind !== 'fitted') throw new Error(purchases.says)
      const amounts = fitGammaGamma(buyers)
      const { values, forecast } = lifetimeValues({ buyers, groups, purchases, amounts, weeks: 52, discount: 0.1 })
      expect(infinite([values, forecast])).toEqual([])
      const { value, low, high } = values.revenue
      expect(value).toBeCloseTo(
        values.value.reduce((sum, one) => sum + one, 0),
        4,
      )
      expect(low < value && value < high).toBe(true)
      return (high - low) / value
    }
    const [few, all] = [width(1500), width(23_570)]
    expect(all).toBeGreaterThan(0.01)
    expect(all).toBeLessThan(0.2)
    expect(few / all).toBeGreaterThan(2)
  })

  test('of any purchases are numbers', () => {
    fc.assert(
      fc.property(purchaseRows(), fc.integer({ min: 1, max: 520 }), (rows, weeks) => {
        const buyers = repeatPurchases(purchaseDays(rows, 12, 600))
        const groups = alikeBuyers(buyers)
        const [purchases, amounts] = [fitAlike(groups), fitGammaGamma(buyers)]
        expect(infinite(amounts)).toEqual([])
        expect(infinite(spendsWithFrequency(buyers))).toEqual([])
        if (purchases.kind !== 'fitted') return
        const { values } = lifetimeValues({ buyers, groups, purchases, amounts, weeks, discount: 0.1 })
        expect(infinite(values)).toEqual([])
        const { low, value, high } = values.revenue
        expect(low <= value && value <= high).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
