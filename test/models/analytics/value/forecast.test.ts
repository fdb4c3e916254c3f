import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alikeBuyers } from '../../../../models/analytics/value/alike-buyers.ts'
import { aliveChance, type BgNbd } from '../../../../models/analytics/value/bg-nbd.ts'
import { fitAlike } from '../../../../models/analytics/value/fit-bg-nbd.ts'
import { forecastPurchases } from '../../../../models/analytics/value/forecast-purchases.ts'
import { purchaseDays } from '../../../../models/analytics/value/purchase-days.ts'
import { newAhead, purchasesAhead } from '../../../../models/analytics/value/purchases-ahead.ts'
import { repeatPurchases } from '../../../../models/analytics/value/repeat-purchases.ts'
import { cdnowDays, dayOf } from '../../../support/cdnow-days.ts'
import { numbersIn, purchaseRows } from '../../../support/purchase-arbitraries.ts'
import { testWithData } from '../../../support/shared-data.ts'
import { oracle } from '../../../support/value-oracle.ts'

const parameter = fc.double({ min: -4, max: 4, noNaN: true }).map(Math.exp)
const models: fc.Arbitrary<BgNbd> = fc.record({ r: parameter, alpha: parameter, a: parameter, b: parameter })

describe('purchases ahead', () => {
  test('are those of the model’s integral, and of lifetimes’ hypergeometric function where that holds', () => {
    for (const { params, repeats, lastWeeks, ageWeeks, weeks, lifetimes, integral } of oracle.forecasts) {
      const [r, alpha, a, b] = params as [number, number, number, number]
      const model = { r, alpha, a, b }
      const alive = aliveChance(model, repeats, lastWeeks * 7, ageWeeks * 7)
      const found = alive * purchasesAhead(model, repeats, ageWeeks * 7, weeks, newAhead()).mean
      expect(found / integral).toBeCloseTo(1, 7)
      if (lifetimes !== null) expect(found / lifetimes).toBeCloseTo(1, 7)
    }
  })

  test('are numbers for any model, and their moments are those of their chances', () => {
    fc.assert(
      fc.property(
        models,
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 520 }),
        (model, x, older, weeks) => {
          const { mean, square, above, counted } = purchasesAhead(model, x, x + older, weeks, newAhead())
          expect([mean, square].every(Number.isFinite)).toBe(true)
          expect(square).toBeGreaterThanOrEqual(mean * mean * (1 - 1e-9))
          const chances = above.subarray(0, counted)
          expect(chances.every((one, j) => one >= 0 && one <= 1 && one <= (chances[j - 1] ?? 1) + 1e-12)).toBe(true)
          // What is rarer than one in ten thousand was left out.
          expect(chances.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(mean * (1 + 1e-6) + 1e-9)
        },
      ),
    )
  })

  test('of somebody who hardly ever leaves are those of the negative binomial, however many', () => {
    const model = { r: 3, alpha: 2, a: 1e-6, b: 1e3 }
    expect(purchasesAhead(model, 4000, 4000, 520, newAhead()).mean / ((4003 * 520) / (2 + 4000 / 7))).toBeCloseTo(1, 4)
  })
})

describe('a forecast', () => {
  test('of any purchases is numbers within their bounds', () => {
    fc.assert(
      fc.property(purchaseRows(), models, fc.integer({ min: 1, max: 104 }), (rows, model, weeks) => {
        const groups = alikeBuyers(repeatPurchases(purchaseDays(rows, 12, 600)))
        const found = forecastPurchases(model, groups, weeks, 0.1)
        expect(numbersIn(found).filter(one => !Number.isFinite(one))).toEqual([])
        for (let g = 0; g < groups.size.length; g++) {
          for (const chance of [found.alive[g]!, found.silent[g]!]) expect(chance >= 0 && chance <= 1).toBe(true)
          expect(found.low[g]!).toBeLessThanOrEqual(found.high[g]!)
          expect(found.discounted[g]!).toBeLessThanOrEqual(found.expected[g]! * (1 + 1e-9))
          expect(found.silent[g]!).toBeGreaterThanOrEqual(1 - found.alive[g]! - 1e-12)
        }
      }),
    )
  })

  test('is discounted week by week as a plain sum of small steps is', () => {
    const model = { r: 0.2516, alpha: 4.789, a: 0.7234, b: 2.161 }
    const groups = alikeBuyers({ repeats: Int32Array.of(0, 3), last: Int32Array.of(0, 150), age: Int32Array.of(70, 200) })
    const { discounted, alive } = forecastPurchases(model, groups, 52, 0.15)
    for (const g of [0, 1]) {
      let [plain, before] = [0, 0]
      for (let step = 1; step <= 2000; step++) {
        const weeks = (52 * step) / 2000
        const now = purchasesAhead(model, groups.repeats[g]!, groups.age[g]!, weeks, newAhead()).mean
        plain += (now - before) * 1.15 ** -((weeks - 52 / 4000) / (365.25 / 7))
        before = now
      }
      expect(discounted[g]! / (plain * alive[g]!)).toBeCloseTo(1, 5)
    }
  })

  testWithData('from 26 weeks of CDNOW tells the 13 that follow, customer by customer', ['cdnow.csv.gz'], async () => {
    const [until, all] = [repeatPurchases(cdnowDays('1997-07-01')), cdnowDays()]
    const groups = alikeBuyers(until)
    const fit = fitAlike(groups)
    if (fit.kind !== 'fitted') throw new Error(fit.says)
    const found = forecastPurchases(fit.model, groups, 13)
    // By how much they are expected to buy, from nothing to much: what is expected of a tenth of them must about come.
    const order = Array.from(until.customer, (_, i) => i).sort(
      (i, j) => found.expected[groups.groupOf[i]!]! - found.expected[groups.groupOf[j]!]!,
    )
    let [expected, bought, outside] = [0, 0, 0]
    const tenths: number[][] = Array.from({ length: 10 }, () => [0, 0])
    for (const [rank, i] of order.entries()) {
      const g = groups.groupOf[i]!
      const days = all.day.subarray(all.start[until.customer[i]!]!, all.start[until.customer[i]! + 1]!)
      const really = days.filter(day => day > dayOf('1997-07-01')).length
      const tenth = tenths[Math.floor((10 * rank) / order.length)]!
      tenth[0]! += found.expected[g]!
      tenth[1]! += really
      expected += found.expected[g]!
      bought += really
      if (really < found.low[g]! || really > found.high[g]!) outside++
    }
    expect(bought / expected).toBeGreaterThan(0.85)
    expect(bought / expected).toBeLessThan(1.15)
    expect(outside / order.length).toBeLessThan(0.05)
    for (const [told, came] of tenths as [number, number][]) expect(came / told).toSatisfy(ratio => ratio > 0.75 && ratio < 1.3)
  })
})
