import type { AlikeBuyers } from './alike-buyers.ts'
import { aliveChance, type BgNbd } from './bg-nbd.ts'
import { newAhead, purchasesAhead } from './purchases-ahead.ts'

/** Of each group of customers, what they will do in a time ahead. */
export interface PurchaseForecast {
  readonly weeks: number
  /** The chance that they are customers still. */
  readonly alive: Float64Array
  /** The churn risk: the chance that they buy nothing in the time, gone or not. Of those who bought once `alive` says nothing; this does. */
  readonly silent: Float64Array
  /** The expected number of purchases, and its variance. */
  readonly expected: Float64Array
  readonly variance: Float64Array
  /** What they really buy is in 95 of 100 cases from `low` to `high`: the 2.5 % and 97.5 % quantiles of the model's own distribution. */
  readonly low: Int32Array
  readonly high: Int32Array
  /** Expected purchases, each worth less by `discount` a year the later it is. */
  readonly discounted: Float64Array
}

const WEEKS_OF_YEAR = 365.25 / 7
/** Gauss–Legendre on 0 to 1, five points: what is bought by when is smooth, and discounts are small. */
const NODES = [0.04691007703066802, 0.23076534494715845, 0.5, 0.7692346550528415, 0.953089922969332]
const WEIGHTS = [0.11846344252809454, 0.23931433524968324, 0.28444444444444444, 0.23931433524968324, 0.11846344252809454]

/**
 * What customers of each group buy within `weeks` (at most 5,200). Those alive with as many repeats and of one age have the same ahead of them, whenever they
 * bought last, so the series is worked out once for all of them.
 *
 * With a discount of d = ln(1 + discount) a week, ∫ e^(−ds) dE[Y(s)] = e^(−dT) E[Y(T)] + d ∫ e^(−ds) E[Y(s)] ds (by parts), the rest by quadrature.
 */
export function forecastPurchases(model: BgNbd, groups: AlikeBuyers, weeks: number, discount = 0): PurchaseForecast {
  const n = groups.size.length
  const column = () => new Float64Array(n)
  const forecast = {
    ...{ weeks, alive: column(), silent: column(), expected: column(), variance: column(), discounted: column() },
    ...{ low: new Int32Array(n), high: new Int32Array(n) },
  }
  const rate = Math.log1p(discount) / WEEKS_OF_YEAR
  const [ahead, sooner] = [newAhead(), newAhead()]
  for (const same of sameAhead(groups)) {
    const [x, age] = [groups.repeats[same[0]!]!, groups.age[same[0]!]!]
    purchasesAhead(model, x, age, weeks, ahead)
    let worth = ahead.mean
    if (rate !== 0) {
      worth *= Math.exp(-rate * weeks)
      for (const [i, node] of NODES.entries())
        worth +=
          rate * weeks * WEIGHTS[i]! * Math.exp(-rate * weeks * node) * purchasesAhead(model, x, age, weeks * node, sooner).mean
    }
    for (const g of same) {
      const alive = aliveChance(model, x, groups.last[g]!, age)
      forecast.alive[g] = alive
      forecast.silent[g] = 1 - alive * ahead.above[0]!
      forecast.expected[g] = alive * ahead.mean
      forecast.variance[g] = Math.max(0, alive * ahead.square - (alive * ahead.mean) ** 2)
      forecast.discounted[g] = alive * worth
      forecast.low[g] = quantile(ahead.above, ahead.counted, alive, 0.975)
      forecast.high[g] = quantile(ahead.above, ahead.counted, alive, 0.025)
    }
  }
  return forecast
}

/** Groups of the same repeats and age. */
function sameAhead({ repeats, age }: AlikeBuyers): Iterable<number[]> {
  const oldest = age.reduce((most, one) => Math.max(most, one), 0) + 1
  const same = new Map<number, number[]>()
  for (let g = 0; g < repeats.length; g++) {
    const key = repeats[g]! * oldest + age[g]!
    const found = same.get(key)
    if (found === undefined) same.set(key, [g])
    else found.push(g)
  }
  return same.values()
}

/** The fewest purchases that are exceeded with a chance of at most `tail`; `above` falls. */
function quantile(above: Float64Array, counted: number, alive: number, tail: number): number {
  let [low, high] = [0, counted]
  while (low < high) {
    const middle = (low + high) >> 1
    if (alive * above[middle]! > tail) low = middle + 1
    else high = middle
  }
  return low
}
