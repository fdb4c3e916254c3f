import { type Cohorts, columnsOf, retention } from '../../../models/analytics/value/cohorts.ts'
import { monthName } from '../../../models/analytics/value/months.ts'
import { UNITS } from '../../../models/money.ts'
import type { Cell } from '../table.ts'

/** Of the newest so many months: five years make 1,830 rows. */
const MOST = 60

/** The rows of the table `cohorts`, a row for each month that a cohort was observed in. */
export function cohortRows(cohorts: Cohorts): Cell[][] {
  const { first, months, size, active, spent } = cohorts
  const rows: Cell[][] = []
  for (let row = Math.max(0, months - MOST); row < months; row++) {
    if (size[row] === 0) continue
    for (let k = 0; k < columnsOf(cohorts, row); k++) {
      const at = row * months + k
      rows.push([monthName(first + row), size[row]!, k, active[at]!, retention(cohorts, row, k), spent[at]! / UNITS])
    }
  }
  return rows
}
