import type { RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import { UNITS } from '../../../models/money.ts'
import type { ShopColumns } from '../shop-columns.ts'
import type { Cell } from '../table.ts'

/** The row of the table `overview`: the whole shop. Refunds are positive, and taken off net alone. */
export function overviewRow({ customers, products, lines }: ShopColumns, { facts, ranked }: RfmTable, asOf: number): Cell[] {
  let [orders, gross, net, repeat] = [0, 0, 0, 0]
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let c = 0; c < facts.orders.length; c++) {
    net += facts.net[c]!
    if (facts.orders[c] === 0) continue
    orders += facts.orders[c]!
    gross += facts.gross[c]!
    if (facts.orders[c]! > 1) repeat++
    first = Math.min(first, facts.firstAt[c]!)
    last = Math.max(last, facts.lastAt[c]!)
  }
  let refunds = 0
  for (const amount of lines.amount) if (amount < 0) refunds -= amount
  return [
    customers.id.length,
    ranked,
    products.id.length,
    orders,
    facts.lines.purchases,
    gross / UNITS,
    net / UNITS,
    refunds / UNITS,
    orders === 0 ? null : gross / orders / UNITS,
    ranked === 0 ? null : repeat / ranked,
    orders === 0 ? null : dateOf(first),
    orders === 0 ? null : dateOf(last),
    dateOf(asOf),
  ]
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
