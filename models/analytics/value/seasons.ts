import { tBound } from '../../uplift/student-t.ts'
import { firstDayOf, monthOf } from './months.ts'
import type { PurchaseDays } from './purchase-days.ts'

/** How many times the average a weekday or month is; in 95 of 100 cases within the bounds, null where one year alone cannot tell. */
export interface SeasonIndex {
  readonly index: number
  readonly low: number | null
  readonly high: number | null
}

/** Indices with what they rest on, or why there are none. */
export type Seasons =
  | { readonly kind: 'told'; readonly indices: readonly SeasonIndex[]; readonly periods: number; readonly says: string }
  | { readonly kind: 'too_little'; readonly periods: number; readonly says: string }

const FEW_WEEKS = 8

/** Of revenue on Monday to Sunday, over whole weeks; weeks are the periods whose differences tell how sure an index is. */
export function weekdaySeasons(days: PurchaseDays): Seasons {
  const { day, amount, until } = days
  if (day.length === 0) return { kind: 'too_little', periods: 0, says: 'Nobody bought anything.' }
  // Day 0 was a Thursday; weeks begin on Mondays.
  const monday = (at: number) => Math.floor((at + 3) / 7)
  const first = Math.ceil((earliest(day) + 3) / 7)
  const weeks = monday(until + 1) - first
  if (weeks < FEW_WEEKS) {
    const says = `Weekdays are told after ${FEW_WEEKS} whole weeks of purchases; there are ${Math.max(0, weeks)}.`
    return { kind: 'too_little', periods: Math.max(0, weeks), says }
  }
  const table = new Float64Array(weeks * 7)
  for (let at = 0; at < day.length; at++) {
    const week = monday(day[at]!) - first
    if (week >= 0 && week < weeks) table[week * 7 + ((((day[at]! + 3) % 7) + 7) % 7)]! += amount[at]!
  }
  return told(table, 7, weeks, `Of ${weeks} whole weeks.`)
}

/**
 * Of revenue in January to December, per day, over whole years that end with the last whole month. Of one year alone a season cannot be told from growth: then
 * indices have no bounds and the sentence says so.
 */
export function monthSeasons(days: PurchaseDays): Seasons {
  const { day, amount, until } = days
  if (day.length === 0) return { kind: 'too_little', periods: 0, says: 'Nobody bought anything.' }
  const end = monthOf(until + 1) // the first month that is not over
  const begun = monthOf(earliest(day) - 1) + 1 // the first that was observed from its first day
  const years = Math.floor((end - begun) / 12)
  if (years < 1)
    return { kind: 'too_little', periods: 0, says: `Months are told after 12 whole ones; there are ${Math.max(0, end - begun)}.` }
  const first = end - 12 * years
  const table = new Float64Array(12 * years)
  for (let at = 0; at < day.length; at++) {
    const month = monthOf(day[at]!) - first
    if (month < 0 || month >= table.length) continue
    const calendar = (((first + month) % 12) + 12) % 12
    const length = firstDayOf(first + month + 1) - firstDayOf(first + month)
    table[Math.floor(month / 12) * 12 + calendar]! += amount[at]! / length
  }
  const says =
    years === 1 ? 'Of one year: what is season and what is growth or decline cannot be told apart.' : `Of ${years} whole years.`
  return told(table, 12, years, says)
}

/**
 * The ratio of each place's sum to the average place's, with the error of a ratio of sums over periods (Cochran 1977, Sampling Techniques, §6.5) and t bounds.
 * @param table row-major, a row a period
 */
function told(table: Float64Array, places: number, periods: number, says: string): Seasons {
  const scale = table.reduce((most, one) => Math.max(most, one), 0)
  if (scale === 0) return { kind: 'too_little', periods, says: 'What was bought in that time cost nothing.' }
  const rows = Array.from({ length: periods }, (_, row) =>
    table.subarray(row * places, (row + 1) * places).map(one => one / scale),
  )
  const whole = rows.map(row => row.reduce((sum, one) => sum + one, 0))
  const all = whole.reduce((sum, one) => sum + one, 0)
  const indices = Array.from({ length: places }, (_, place) => {
    const index = (places * rows.reduce((sum, row) => sum + row[place]!, 0)) / all
    if (periods < 2) return { index, low: null, high: null }
    const squares = rows.reduce((sum, row, i) => sum + (places * row[place]! - index * whole[i]!) ** 2, 0)
    const reach = (tBound(periods - 1) * Math.sqrt((periods / (periods - 1)) * squares)) / all
    return { index, low: Math.max(0, index - reach), high: Math.min(places, index + reach) }
  })
  return { kind: 'told', indices, periods, says }
}

const earliest = (day: Int32Array): number => day.reduce((least, one) => Math.min(least, one), day[0]!)
