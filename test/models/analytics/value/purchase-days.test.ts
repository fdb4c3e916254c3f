import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PurchaseRows, purchaseDays } from '../../../../models/analytics/value/purchase-days.ts'
import { repeatPurchases } from '../../../../models/analytics/value/repeat-purchases.ts'
import { purchaseRows, rowsOf } from '../../../support/purchase-arbitraries.ts'

const CUSTOMERS = 12

/** By maps of maps, customer by customer. */
function plain(rows: PurchaseRows, until: number): Map<number, Map<number, number>> {
  const all = new Map<number, Map<number, number>>()
  for (const [i, customer] of rows.customer.entries()) {
    if (rows.day[i]! > until) continue
    const days = all.get(customer) ?? new Map<number, number>()
    days.set(rows.day[i]!, (days.get(rows.day[i]!) ?? 0) + rows.amount[i]!)
    all.set(customer, days)
  }
  return all
}

test('days and what was spent on them are those of a plain walk over the rows, in whatever order these come', () => {
  fc.assert(
    fc.property(purchaseRows(CUSTOMERS), fc.integer({ min: 0, max: 600 }), (rows, until) => {
      const found = purchaseDays(rows, CUSTOMERS, until)
      const expected = plain(rows, until)
      for (let c = 0; c < CUSTOMERS; c++) {
        const own = [...(expected.get(c) ?? [])].sort(([a], [b]) => a - b)
        expect([...found.day.subarray(found.start[c]!, found.start[c + 1]!)]).toEqual(own.map(([day]) => day))
        expect([...found.amount.subarray(found.start[c]!, found.start[c + 1]!)]).toEqual(own.map(([, amount]) => amount))
      }
    }),
  )
})

test('days before 1970 and far apart are kept in order', () => {
  const days = [70_000, -1, 0, -70_000, 3]
  const { day } = purchaseDays(rowsOf(days.map(one => [0, one, 1])), 1, 1e6)
  expect([...day]).toEqual([-70_000, -1, 0, 3, 70_000])
})

test('repeats, recency, age and the mean of repeat days are those of the definition', () => {
  const rows = rowsOf([
    [2, 10, 5], // first, twice on a day
    [2, 10, 1],
    [2, 40, 7],
    [2, 25, 8],
    [2, 25, 3],
    [0, 90, 4], // once
    [1, 101, 9], // after the end
  ])
  expect(repeatPurchases(purchaseDays(rows, 4, 100))).toEqual({
    customer: Int32Array.of(0, 2),
    repeats: Int32Array.of(0, 2),
    last: Int32Array.of(0, 30),
    age: Int32Array.of(10, 90),
    meanAmount: Float64Array.of(0, 9),
  })
})
