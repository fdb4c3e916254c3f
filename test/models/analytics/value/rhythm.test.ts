import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cohortsOf, columnsOf, retention } from '../../../../models/analytics/value/cohorts.ts'
import { firstDayOf, monthName, monthOf } from '../../../../models/analytics/value/months.ts'
import { type PurchaseRows, purchaseDays } from '../../../../models/analytics/value/purchase-days.ts'
import { purchaseIntervals, rhythmOf } from '../../../../models/analytics/value/purchase-intervals.ts'
import { monthSeasons, weekdaySeasons } from '../../../../models/analytics/value/seasons.ts'
import { Random } from '../../../../models/random.ts'
import { cdnowDays, dayOf } from '../../../support/cdnow-days.ts'
import { numbersIn, purchaseRows, rowsOf } from '../../../support/purchase-arbitraries.ts'
import { testWithData } from '../../../support/shared-data.ts'

test('the month of a day is that of Date, before 1970 too', () => {
  fc.assert(
    fc.property(fc.integer({ min: -800_000, max: 800_000 }), day => {
      const date = new Date(day * 86_400_000)
      expect(monthOf(day)).toBe((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth())
      expect(monthOf(firstDayOf(monthOf(day)))).toBe(monthOf(day))
      expect(monthOf(firstDayOf(monthOf(day)) - 1)).toBe(monthOf(day) - 1)
    }),
  )
  expect(monthName(monthOf(dayOf('2011-09-30')))).toBe('2011-09')
})

test('of any purchases every number is one', () => {
  fc.assert(
    fc.property(purchaseRows(12, 1200), fc.integer({ min: 0, max: 1500 }), (rows, until) => {
      const days = purchaseDays(rows, 12, until)
      const found = [purchaseIntervals(days), cohortsOf(days), weekdaySeasons(days), monthSeasons(days)]
      expect(numbersIn(found).filter(one => !Number.isFinite(one))).toEqual([])
    }),
  )
})

describe('intervals', () => {
  /** 600 customers whose days between purchases are gammas of a whole shape, at rates of their own. */
  const shaped = (shape: number): PurchaseRows => {
    const random = new Random('rhythm', shape)
    return rowsOf(
      Array.from({ length: 600 }, (_, customer) => {
        const scale = (50 + 400 * random.float()) / shape
        let at = 0
        return Array.from({ length: 9 }, () => {
          for (let i = 0; i < shape; i++) at -= Math.log(1 - random.float()) * scale
          return [customer, Math.round(at), 1] as const
        })
      }).flat(),
    )
  }

  test.each([1, 3, 10])('a shape of %d is found again, of all together and as most customers’ own', shape => {
    const { overall, shape: own } = purchaseIntervals(purchaseDays(shaped(shape), 600, 1e6))
    expect(overall!.shape / shape).toSatisfy(ratio => ratio > 0.85 && ratio < 1.15)
    const mean = own.filter(one => one > 0).reduce((sum, one, _, all) => sum + one / all.length, 0)
    expect(mean / shape).toSatisfy(ratio => ratio > 0.8 && ratio < 1.25)
  })

  test('mean and variation are those of the definition; a clock is regular, one purchase tells nothing', () => {
    const clock = [0, 30, 60, 90, 120, 150].map(day => [0, day, 1] as const)
    const { meanDays, variation, shape, overall } = purchaseIntervals(
      purchaseDays(rowsOf([...clock, [1, 5, 1], [2, 0, 1], [2, 10, 1], [2, 40, 1]]), 3, 500), // biome-ignore format: rows
    )
    expect([...meanDays]).toEqual([30, -1, 20])
    expect([...variation]).toEqual([0, -1, expect.closeTo(Math.sqrt(200) / 20, 12)])
    expect([...shape].map(rhythmOf)).toEqual(['regular', 'unknown', 'unknown'])
    expect(overall).toBeNull()
  })
})

describe('cohorts', () => {
  test('are those of a plain count', () => {
    fc.assert(
      fc.property(purchaseRows(12, 500), rows => {
        const days = purchaseDays(rows, 12, 520)
        const cohorts = cohortsOf(days)!
        const monthsOf = (c: number) => [...new Set([...days.day.subarray(days.start[c]!, days.start[c + 1]!)].map(monthOf))]
        const customers = Array.from({ length: 12 }, (_, c) => monthsOf(c)).filter(months => months.length > 0)
        for (let row = 0; row < cohorts.months; row++) {
          const own = customers.filter(months => months[0] === cohorts.first + row)
          expect(cohorts.size[row]).toBe(own.length)
          for (let k = 0; k < columnsOf(cohorts, row); k++) {
            const active = own.filter(months => months.includes(cohorts.first + row + k)).length
            expect(retention(cohorts, row, k)).toBe(own.length === 0 ? null : active / own.length)
          }
          expect(retention(cohorts, row, columnsOf(cohorts, row))).toBeNull()
        }
        expect(cohorts.spent.reduce((sum, one) => sum + one, 0)).toBeCloseTo(
          days.amount.reduce((sum, one) => sum + one, 0),
          2,
        )
      }),
    )
  })

  testWithData('of CDNOW begin in its first three months alone', ['cdnow.csv.gz'], async () => {
    const cohorts = cohortsOf(cdnowDays())!
    expect([...cohorts.size].map(size => size > 0)).toEqual([true, true, true, ...Array(6).fill(false)])
    expect(cohorts.size.reduce((sum, one) => sum + one, 0)).toBe(23_570)
    expect(cohorts.lastIsPartial).toBe(false)
    expect(cohortsOf(cdnowDays('1997-09-29'))!.lastIsPartial).toBe(true)
  })
})

test('a purchase of the year 1 makes no table of two thousand years', () => {
  const found = cohortsOf(purchaseDays(rowsOf([[0, dayOf('0001-01-01'), 1], [1, dayOf('2024-02-03'), 1]]), 2, dayOf('2024-02-29')))! // biome-ignore format: rows
  expect(found).toMatchObject({ months: 240, earlier: 1 })
  expect(found.size.at(-1)).toBe(1)
})

describe('seasons', () => {
  /** A purchase a day that costs so much. */
  const daily = (from: string, to: string, price: (day: number) => number) => {
    const [first, last] = [dayOf(from), dayOf(to)]
    const rows = Array.from({ length: last - first + 1 }, (_, i) => [i % 5, first + i, price(first + i)] as const)
    return purchaseDays(rowsOf(rows), 5, last)
  }

  test('a Saturday that brings three times as much is found', () => {
    const found = weekdaySeasons(daily('2023-01-04', '2023-06-20', day => (new Date(day * 864e5).getUTCDay() === 6 ? 300 : 100)))
    if (found.kind !== 'told') throw new Error(found.says)
    expect(found.indices.map(({ index }) => index)).toEqual(
      [7 / 9, 7 / 9, 7 / 9, 7 / 9, 7 / 9, 21 / 9, 7 / 9].map(one => expect.closeTo(one, 9)),
    )
    expect(found.indices[5]!.low).toBeGreaterThan(2)
  })

  test('a December that brings twice as much is found, whatever the length of months', () => {
    const found = monthSeasons(daily('2020-11-15', '2023-06-20', day => (monthOf(day) % 12 === 11 ? 200 : 100)))
    if (found.kind !== 'told') throw new Error(found.says)
    expect(found.periods).toBe(2)
    expect(found.indices.map(({ index }) => index)).toEqual(
      [...Array(11).fill(12 / 13), 24 / 13].map(one => expect.closeTo(one, 9)),
    )
  })

  test('chance alone is no season: bounds of weekdays hold 1 about as often as they say', () => {
    const random = new Random('weekdays')
    let outside = 0
    for (let run = 0; run < 60; run++) {
      const found = weekdaySeasons(daily('2023-01-02', '2023-05-28', () => -Math.log(1 - random.float())))
      if (found.kind === 'told') outside += found.indices.filter(({ low, high }) => low! > 1 || high! < 1).length
    }
    expect(outside / 420).toBeGreaterThan(0.02)
    expect(outside / 420).toBeLessThan(0.1)
  })

  test('too little is told to be, and one year to be one', () => {
    const week = daily('2023-01-02', '2023-01-20', () => 1)
    expect(weekdaySeasons(week)).toMatchObject({ kind: 'too_little', periods: 2 })
    expect(monthSeasons(week)).toMatchObject({ kind: 'too_little' })
    expect(monthSeasons(daily('2022-01-01', '2022-12-31', () => 1))).toMatchObject({
      kind: 'told',
      periods: 1,
      says: expect.stringMatching(/one year/),
    })
    expect(weekdaySeasons(daily('2022-01-01', '2022-12-31', () => 0))).toMatchObject({ kind: 'too_little' })
  })
})
