import type { Cohorts } from '../../../models/analytics/value/cohorts.ts'
import { monthName, monthOf } from '../../../models/analytics/value/months.ts'
import { UNITS } from '../../../models/money.ts'
import type { LineColumns } from '../shop-columns.ts'
import type { Cell } from '../table.ts'

const DAY = 86_400_000
const NEVER = 2 ** 31 - 1

/**
 * The rows of the table `months`: those of the cohorts, also where nothing happened. An order belongs to the month of its first line, a customer to every
 * month they bought in, a refund to the month it was given in.
 */
export function monthRows(cohorts: Cohorts, lines: LineColumns): Cell[][] {
  const { first, months, size, active, spent } = cohorts
  const [orders, customers, gross, net] = [0, 1, 2, 3].map(() => new Float64Array(months)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let row = 0; row < months; row++)
    for (let k = 0; row + k < months; k++) {
      customers[row + k]! += active[row * months + k]!
      gross[row + k]! += spent[row * months + k]!
    }
  net.set(gross)
  const began = new Int32Array(lines.orders).fill(NEVER)
  for (let i = 0; i < lines.at.length; i++) {
    const amount = lines.amount[i]!
    const month = monthOf(Math.floor(lines.at[i]! / DAY)) - first
    if (amount > 0) began[lines.order[i]!] = Math.min(began[lines.order[i]!]!, month)
    else if (amount < 0 && month >= 0 && month < months) net[month]! += amount
  }
  for (const month of began) if (month >= 0 && month < months) orders[month]!++
  return Array.from({ length: months }, (_, at) => [
    monthName(first + at),
    orders[at]!,
    customers[at]!,
    size[at]!,
    gross[at]! / UNITS,
    net[at]! / UNITS,
  ])
}
