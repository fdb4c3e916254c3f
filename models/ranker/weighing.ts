import { anotherSitting } from '../sitting.ts'
import type { Past } from './past.ts'

const DAY = 86_400_000
/** What was touched this long before the last deed counts half. */
const HALF_LIFE_MS = 60 * DAY
/** With so many products touched since, one counts half. */
const HALF_LIFE_ITEMS = 10

/** How much each product of a past counts for a source. Time is measured from the customer's last deed: a pause makes none of it less telling than the rest. */
export type Weighing = (past: Past) => Float64Array

const bought = (past: Past, weight: (k: number) => number): Float64Array =>
  past.times.map((times, k) => (times > 0 ? weight(k) : 0))

const lastOf = ({ lastAt }: Past): number => lastAt.reduce((a, b) => Math.max(a, b), 0)

export const weighings = {
  /** All that was bought alike. */
  even: past => bought(past, () => 1),
  /** What was bought, fading with time. */
  recent: past => {
    const last = lastOf(past)
    return bought(past, k => 2 ** (-(last - past.lastAt[k]!) / HALF_LIFE_MS))
  },
  /** What was bought, fading with what was bought since. */
  latest: past => {
    let since = 0
    const weights = new Float64Array(past.items.length)
    for (let k = past.items.length - 1; k >= 0; k--) if (past.times[k]! > 0) weights[k] = 2 ** (-since++ / HALF_LIFE_ITEMS)
    return weights
  },
  /** What was bought in the last sitting. */
  sitting: past => {
    const last = lastOf(past)
    return bought(past, k => (anotherSitting(past.lastAt[k]!, last) ? 0 : 1))
  },
  /** All that was touched, bought or not, fading with what was touched since. */
  touched: past =>
    past.items.length === 0
      ? new Float64Array()
      : Float64Array.from(past.items, (_, k) => 2 ** (-(past.items.length - 1 - k) / HALF_LIFE_ITEMS)),
} satisfies Record<string, Weighing>
