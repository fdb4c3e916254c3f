import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readVariants, type Simulated, simulate } from '../../../../infra/analytics/recommend/simulate.ts'
import { tableColumns } from '../../../../infra/analytics/table.ts'
import { rfmColumns } from '../../../../models/analytics/rfm/rfm-columns.ts'
import { rfmTable } from '../../../../models/analytics/rfm/rfm-table.ts'
import { powerOfShares, sampleSizeOfShares } from '../../../../models/experiment/power.ts'
import { segments } from '../../../../models/segments.ts'

const DAY = 86_400_000
const asOf = Date.UTC(2025, 0, 1)

/** Customers with an order apiece, each so many days ago, for 10 of the major unit. */
function shopOf(daysAgo: readonly number[]) {
  const facts = rfmColumns(
    {
      customer: Int32Array.from(daysAgo.keys()),
      at: Float64Array.from(daysAgo, days => asOf - days * DAY),
      amount: new Float64Array(daysAgo.length).fill(100_000),
    },
    daysAgo.length,
  )
  return { rfm: rfmTable(facts, { asOf, byId: Int32Array.from(daysAgo.keys()), newDays: 30 }), asOf }
}
/** Of 10,000 customers 400 bought within 30 days. */
const shop = shopOf(Array.from({ length: 10_000 }, (_, c) => (c < 400 ? 10 : 100)))
const numbersOf = (row: Simulated) => Object.values(row).filter(cell => typeof cell === 'number')

test('a variant is told against what customers did without it, with power and need as the formulas have them', () => {
  const [control, sms] = simulate([{ name: 'SMS', conversion: 0.05, discount: 0.1, cost: 0.2 }], shop, 42) as [
    Simulated,
    Simulated,
  ]
  expect(control).toMatchObject({
    variant: 'control',
    segment: 'all',
    customers: 10_000,
    conversion: 0.04,
    revenue: 4000,
    lift: null,
  })
  expect(sms).toMatchObject({ variant: 'SMS', customers: 10_000, conversion: 0.05, revenue: 10_000 * (0.05 * 9 - 0.2) })
  expect(sms.lift).toBeCloseTo(0.25, 12)
  expect(sms.power).toBe(powerOfShares(5000, 0.04, 0.05, 0.05))
  expect(sms.customers_needed).toBe(2 * sampleSizeOfShares(0.04, 0.05)!)
  // The delta method on the logarithm of the ratio of two shares of 5,000 (Katz et al. 1978).
  const spread = 1.96 * Math.sqrt(0.95 / 250 + 0.96 / 200)
  expect(sms.lift_low).toBeCloseTo(1.25 * Math.exp(-spread) - 1, 1)
  expect(sms.lift_high).toBeCloseTo(1.25 * Math.exp(spread) - 1, 1)
  // And of a share of 10,000.
  const error = 1.96 * Math.sqrt((0.04 * 0.96) / 10_000) * 10_000 * 10
  expect(Math.abs((control.revenue_low as number) - (4000 - error))).toBeLessThan(0.1 * error)
  expect(Math.abs((control.revenue_high as number) - (4000 + error))).toBeLessThan(0.1 * error)
})

test('a lift is of the conversion of the segment, and the same seed gives the same rows whatever else is simulated', () => {
  const risky = { name: 'call', segment: 'New', lift: 0.1 }
  const rows = simulate([{ name: 'SMS', conversion: 0.05 }, risky], shop, 1)
  expect(rows.map(({ variant, segment }) => [variant, segment])).toEqual([
    ['control', 'all'],
    ['SMS', 'all'],
    ['control', 'New'],
    ['call', 'New'],
  ])
  expect(rows.slice(2)).toEqual(simulate([risky], shop, 1))
  expect(rows[3]).not.toEqual(simulate([risky], shop, 2)[1])
})

test('whatever is simulated, rows have the columns of their table, no NaN, and intervals around what they tell', () => {
  const days = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 })
  const variant = fc.record(
    {
      name: fc.constant('one'),
      segment: fc.constantFrom(...segments),
      conversion: fc.double({ min: 0, max: 1, noNaN: true }),
      discount: fc.constantFrom(0, 0.5, 1),
      cost: fc.constantFrom(0, 2.5),
    },
    { requiredKeys: ['name', 'conversion'] },
  )
  fc.assert(
    fc.property(days, variant, (all, one) => {
      for (const row of simulate([one], shopOf(all), 3)) {
        expect(Object.keys(row).sort()).toEqual(tableColumns.simulation.map(({ name }) => name).sort())
        for (const number of numbersOf(row)) expect(Number.isFinite(number)).toBe(true)
        expect(row.revenue_low as number).toBeLessThanOrEqual(row.revenue as number)
        expect(row.revenue_high as number).toBeGreaterThanOrEqual(row.revenue as number)
        if (row.lift === null) continue
        expect(row.lift_low as number).toBeLessThanOrEqual(row.lift as number)
        expect(row.lift_high as number).toBeGreaterThanOrEqual(row.lift as number)
      }
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['', /not JSON/],
  ['{}', /JSON array of 1 to 50 .*; the whole /],
  ['[]', /the whole /],
  ['[{ "conversion": 0.1 }]', /variant 1 .*name/],
  ['[{ "name": "a", "conversion": 2 }]', /conversion of variant 1 must be <= 1/],
  ['[{ "name": "a", "conversion": "4 %" }]', /conversion of variant 1 must be number/],
  ['[{ "name": "a" }]', /Variant 1, “a”: tell either conversion or lift/],
  ['[{ "name": "a", "conversion": 0.1, "lift": 0.1 }]', /tell either conversion or lift/],
  ['[{ "name": "a", "lift": 0.1 }, { "name": "a", "lift": 0.2 }]', /Variant 2, “a”: the name is taken/],
  ['[{ "name": "control", "lift": 0.1 }]', /none “control”/],
  ['[{ "name": "a", "lift": 0.1, "segment": "VIP" }]', /there is no segment “VIP”; segments are Champions/],
  ['[{ "name": "a", "lift": 0.1, "price": 1 }]', /price of variant 1 is no field of a variant/],
])('%s is refused in a sentence that says what is wrong', (text, says) => {
  expect(() => readVariants(text)).toThrow(says)
})

test('variants are read as they are', () => {
  const one = { name: 'SMS 10% off', segment: 'At Risk', conversion: 0.04, discount: 0.1, cost: 2.5 }
  expect(readVariants(JSON.stringify([one]))).toEqual([one])
  expect(readVariants(`\uFEFF${JSON.stringify([one])}`)).toEqual([one])
})
