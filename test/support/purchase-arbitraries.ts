import fc from 'fast-check'
import type { PurchaseRows } from '../../models/analytics/value/purchase-days.ts'

/** Purchases of a few customers, some without any: from one row to many on one day, and prices from nothing to billions. */
export const purchaseRows = (customers = 12, days = 500) =>
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 0, max: customers - 1 }),
        fc.integer({ min: 0, max: days }),
        fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constantFrom(0, 1e9, 1e12)),
      ),
      { minLength: 1, maxLength: 150 },
    )
    .map(rowsOf)

export const rowsOf = (rows: readonly (readonly [number, number, number])[]): PurchaseRows => ({
  customer: Int32Array.from(rows, ([customer]) => customer),
  day: Int32Array.from(rows, ([, day]) => day),
  amount: Float64Array.from(rows, ([, , amount]) => amount),
})

/** Every number in it, arrays and objects within too. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : []
}
