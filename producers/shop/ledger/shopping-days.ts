import { festiveWeight } from './festivals.ts'

/** Sunday to Saturday: weekends are for shopping, Friday noon is not. */
const weekdays = [1.5, 1, 1, 1, 1, 0.8, 1.4] as const
/** Day 0 was a Thursday. */
const THURSDAY = 4

const weekdayWeight = (day: number): number => weekdays[(((day + THURSDAY) % 7) + 7) % 7]!

/** How much is bought on a day (days since 1970-01-01) beside an ordinary Monday. */
export const dayWeight = (day: number): number => weekdayWeight(day) * festiveWeight(day)

/** Days of a span by how much is bought on them. */
export interface ShoppingDays {
  /** Days since 1970-01-01. */
  readonly first: number
  readonly days: number
  /** Sums of weights up to and with each day, beginning with 0: of all days, and of what festivals add alone. */
  readonly any: Float64Array
  /** `any` where the span has no festival. */
  readonly festive: Float64Array
}

export function shoppingDays(first: number, days: number): ShoppingDays {
  const any = sums(days, at => dayWeight(first + at))
  const added = sums(days, at => Math.max(0, festiveWeight(first + at) - 1) * weekdayWeight(first + at))
  return { first, days, any, festive: added[days] === 0 ? any : added }
}

function sums(days: number, weightOf: (at: number) => number): Float64Array {
  const all = new Float64Array(days + 1)
  for (let at = 0; at < days; at++) all[at + 1] = all[at]! + weightOf(at)
  return all
}

/** The day of a span, from 0, in which a share of what its days from `low` to `high` weigh is reached. */
export function dayAt(weighed: Float64Array, low: number, high: number, share: number): number {
  const wanted = weighed[low]! + share * (weighed[high]! - weighed[low]!)
  let [from, to] = [low, high - 1]
  while (from < to) {
    const middle = (from + to) >> 1
    if (weighed[middle + 1]! > wanted) to = middle
    else from = middle + 1
  }
  return from
}
