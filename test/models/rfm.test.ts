import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderStatistics } from '../../models/order-statistics.ts'
import { addPurchase, addRefund, cutsOf, noCuts, noHistory, quintile, type Rfm, scoreRfm } from '../../models/rfm.ts'

const DAY = 86_400_000

type Step = { readonly refund: number } | { readonly at: number; readonly gross: number; readonly newOrder: boolean }

const history = (steps: readonly Step[]): Rfm =>
  steps.reduce((rfm, step) => ('refund' in step ? addRefund(rfm, step.refund) : addPurchase(rfm, step)), noHistory)

const money = fc.integer({ min: 1, max: 1e9 })
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ at: fc.integer({ min: 0, max: 2e12 }), gross: money, newOrder: fc.boolean() }) },
  money.map(refund => ({ refund })),
)
const shuffled = <T>(of: fc.Arbitrary<T>) =>
  fc
    .array(of, { maxLength: 40 })
    .chain(sent => fc.tuple(fc.constant(sent), fc.shuffledSubarray(sent, { minLength: sent.length })))

test('every arrival order gives the same history', () => {
  fc.assert(
    fc.property(shuffled(step), ([sent, arrived]) => {
      expect(history(arrived)).toEqual(history(sent))
    }),
  )
})

test('a history is what its purchases and refunds add up to, a refund before any purchase included', () => {
  expect(history([{ refund: 300 }])).toEqual({ firstAt: null, lastAt: null, orders: 0, gross: 0, net: -300 })
  expect(history([{ refund: 300 }, { at: 20, gross: 1000, newOrder: true }, { at: 10, gross: 50, newOrder: false }])).toEqual({
    firstAt: 10,
    lastAt: 20,
    orders: 1,
    gross: 1050,
    net: 750,
  })
})

/** The definition (DESIGN.md §5), over all values. */
const defined = (all: readonly number[], value: number): number =>
  Math.min(5, 1 + Math.floor((5 * all.filter(other => other < value).length) / all.length))

function cuts(all: readonly number[]): (number | null)[] {
  const values = new OrderStatistics()
  for (const value of all) values.add(value, 1)
  return cutsOf(values)
}

test('a quintile is what its definition says, however many share a value', () => {
  const values = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 }),
    fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 200 }),
  )
  fc.assert(
    fc.property(values, all => {
      const drawn = cuts(all)
      expect(all.map(value => quintile(drawn, value))).toEqual(all.map(value => defined(all, value)))
    }),
    { numRuns: 500 },
  )
})

test('one customer, and customers who are all equal, score 1', () => {
  expect(cuts([7])).toEqual([null, null, null, null])
  expect(quintile(cuts([7]), 7)).toBe(1)
  expect(quintile(cuts([7, 7, 7, 7, 7, 7]), 7)).toBe(1)
})

test('five customers who all differ score 1 to 5, and so do their quintile neighbours when there are fifty', () => {
  expect([1, 2, 3, 4, 5].map(value => quintile(cuts([3, 1, 5, 2, 4]), value))).toEqual([1, 2, 3, 4, 5])
  const fifty = Array.from({ length: 50 }, (_, i) => i)
  expect(fifty.map(value => quintile(cuts(fifty), value))).toEqual(fifty.map(i => 1 + Math.floor(i / 10)))
})

test('recency is counted in whole days from the instant asked for, never below none, and does not change the scores', () => {
  const rfm = history([{ at: 10 * DAY, gross: 1, newOrder: true }])
  const days = (now: number) => scoreRfm(rfm, noCuts, now)!.recencyDays
  expect([10 * DAY, 11 * DAY - 1, 11 * DAY, 0].map(days)).toEqual([0, 0, 1, 0])
  const drawn = { version: 1, customers: 5, recency: [DAY, null, null, null], frequency: [1, 2, 3, 4], monetary: [1, 1, 1, 1] }
  expect(scoreRfm(rfm, drawn, 99 * DAY)).toEqual({ recencyDays: 89, r: 2, f: 2, m: 5 })
})

test('without an order there is no score', () => {
  expect(scoreRfm(history([{ refund: 5 }]), noCuts, 0)).toBeNull()
})
