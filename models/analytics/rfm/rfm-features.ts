import type { Feature } from '../clusters/standardise.ts'
import type { RfmColumns } from './rfm-columns.ts'

const DAY = 86_400_000
/** Money is kept in 1/10,000 of the major unit; logarithms are taken of major units. */
const MAJOR = 10_000

export interface RfmFeatures {
  /** The customers with a purchase, ascending: row i of the features is customer `customers[i]`. */
  readonly customers: Int32Array
  readonly features: readonly Feature[]
}

/**
 * What customers with a purchase are clustered by: days since the last order, orders, money, the mean order, and days since the first order
 * (names that `nameClusters` has words for). Days are fractions, not below 0.
 */
export function rfmFeatures({ firstAt, lastAt, orders, gross }: RfmColumns, asOf: number): RfmFeatures {
  const customers = Int32Array.from(orders.keys()).filter(customer => orders[customer]! > 0)
  const column = (name: string, of: (customer: number) => number): Feature => ({ name, values: Float64Array.from(customers, of) })
  const daysSince = (at: number) => Math.max(0, (asOf - at) / DAY)
  return {
    customers,
    features: [
      column('recency', c => daysSince(lastAt[c]!)),
      column('frequency', c => orders[c]!),
      column('monetary', c => gross[c]! / MAJOR),
      column('averageOrder', c => gross[c]! / MAJOR / orders[c]!),
      column('tenure', c => daysSince(firstAt[c]!)),
    ],
  }
}
