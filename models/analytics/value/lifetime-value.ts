import type { AlikeBuyers } from './alike-buyers.ts'
import { type BgNbd, bgNbdOf } from './bg-nbd.ts'
import { varianceOf } from './covariance.ts'
import { someOf } from './fit-bg-nbd.ts'
import { expectedAmounts } from './fit-gamma-gamma.ts'
import { type Fitted, Z95 } from './fitted.ts'
import { forecastPurchases, type PurchaseForecast } from './forecast-purchases.ts'
import { type GammaGamma, gammaGammaOf, type Spenders } from './gamma-gamma.ts'

/** A sum over customers; what comes of them really is in 95 of 100 cases from `low` to `high`. */
export interface Total {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What customers will bring within a time, a row each, in the unit of amounts. */
export interface LifetimeValues {
  /** Expected of a purchase day. */
  readonly amount: Float64Array
  readonly value: Float64Array
  /** If they buy as rarely, and as often, as in 95 of 100 cases, at that amount. */
  readonly low: Float64Array
  readonly high: Float64Array
  readonly purchases: Total
  readonly revenue: Total
}

export interface ValueOf {
  readonly buyers: Spenders
  readonly groups: AlikeBuyers
  readonly purchases: Extract<Fitted<BgNbd>, { kind: 'fitted' }>
  readonly amounts: Fitted<GammaGamma>
  readonly weeks: number
  /** What money a year away is worth less, 0.1 for a tenth. */
  readonly discount: number
}

/**
 * Lifetime values: expected purchases, discounted, times what is expected of each (Fader, Hardie & Lee 2005, "RFM and CLV", Journal of Marketing Research 42).
 *
 * Totals are uncertain in two ways, and their bounds hold both: what customers do by chance, by the models' own variances; and the parameters, by the delta
 * method. Bounds are those of a log-normal.
 */
export function lifetimeValues(of: ValueOf): { readonly forecast: PurchaseForecast; readonly values: LifetimeValues } {
  const { buyers, groups, purchases, amounts } = of
  const forecast = forecastPurchases(purchases.model, groups, of.weeks, of.discount)
  const amount = expectedAmounts(buyers, amounts)
  const columns = { amount, value: amount.slice(), low: amount.slice(), high: amount.slice() }
  const [spread, byGroup] = [secondMoments(buyers, amounts, amount), new Float64Array(groups.size.length)]
  let [bought, boughtBy, revenue, revenueBy] = [0, 0, 0, 0]
  for (let i = 0; i < amount.length; i++) {
    const g = groups.groupOf[i]!
    const [expected, variance, each] = [forecast.expected[g]!, forecast.variance[g]!, amount[i]!]
    const later = expected === 0 ? 1 : forecast.discounted[g]! / expected
    columns.value[i] = forecast.discounted[g]! * each
    columns.low[i] = forecast.low[g]! * later * each
    columns.high[i] = forecast.high[g]! * later * each
    byGroup[g] = byGroup[g]! + each
    bought += expected
    boughtBy += variance
    revenue += columns.value[i]!
    const { within, own } = spread(i)
    revenueBy += later ** 2 * (expected * within + variance * own + expected ** 2 * Math.max(0, own - each * each))
  }
  const known = varianceOfParameters(of, byGroup)
  return {
    forecast,
    values: {
      ...columns,
      purchases: totalOf(bought, boughtBy + known.purchases * bought ** 2),
      revenue: totalOf(revenue, revenueBy + (known.revenue + known.amounts(amount, columns.value)) * revenue ** 2),
    },
  }
}

/** Of a customer: the mean of the variance of what they spend on a day, and of the square of their own mean. */
function secondMoments({ repeats, meanAmount }: Spenders, fit: Fitted<GammaGamma>, amount: Float64Array) {
  const [squares, sum] = [amount.reduce((all, one) => all + one * one, 0), amount.reduce((all, one) => all + one, 0)]
  const among = sum === 0 ? 1 : (squares * amount.length) / sum ** 2
  return (i: number) => {
    // Without a second moment of the model's own, it is taken to be that of the customers' amounts.
    const plain = { within: amount[i]! ** 2 * among, own: amount[i]! ** 2 * among }
    if (fit.kind === 'not_fitted') return plain
    const { p, q, v } = fit.model
    const x = meanAmount[i]! > 0 ? repeats[i]! : 0
    const shape = p * x + q
    if (shape <= 2.1) return { within: plain.within / Math.max(p, 1e-3), own: plain.own }
    const inverse = (v + x * meanAmount[i]!) ** 2 / ((shape - 1) * (shape - 2)) // E[1 / ν²]
    return { within: p * inverse, own: p * p * inverse }
  }
}

const STEP = 1e-4

/** Of the logarithms of totals, by what is uncertain of the parameters' logarithms; 0 of what has no covariance. */
function varianceOfParameters({ buyers, groups, purchases, amounts, weeks, discount }: ValueOf, byGroup: Float64Array) {
  // Every so-manieth group tells how a total leans on the parameters.
  const some = someOf(groups)
  const apart = Math.ceil(groups.size.length / some.size.length)
  const weight = byGroup.filter((_, g) => g % apart === 0)
  const totals = (logs: Float64Array) => {
    const { expected, discounted } = forecastPurchases(bgNbdOf(logs), some, weeks, discount)
    return { purchases: dot(expected, some.size), revenue: dot(discounted, weight) }
  }
  const variance = (of: (logs: Float64Array) => number) =>
    purchases.covariance === null ? 0 : varianceOf(slopesOf(of, purchases.logs), purchases.covariance)
  return {
    purchases: variance(logs => Math.log(totals(logs).purchases)),
    revenue: variance(logs => Math.log(totals(logs).revenue)),
    amounts: (amount: Float64Array, value: Float64Array): number => {
      if (amounts.kind === 'not_fitted' || amounts.covariance === null) return 0
      const often = value.map((one, i) => (amount[i]! === 0 ? 0 : one / amount[i]!))
      const total = (logs: Float64Array) =>
        Math.log(dot(expectedAmounts(buyers, { ...amounts, model: gammaGammaOf(logs, 1) }), often))
      return varianceOf(slopesOf(total, amounts.logs), amounts.covariance)
    },
  }
}

/** By central differences; 0 where there is nothing to take a logarithm of. */
function slopesOf(of: (logs: Float64Array) => number, logs: Float64Array): Float64Array {
  return logs.map((_, i) => {
    const at = (by: number) => of(logs.map((value, j) => (j === i ? value + by : value)))
    const slope = (at(STEP) - at(-STEP)) / (2 * STEP)
    return Number.isFinite(slope) ? slope : 0
  })
}

function totalOf(value: number, variance: number): Total {
  if (!(value > 0)) return { value: 0, low: 0, high: 0 }
  // That of a log-normal of this mean and variance.
  const reach = Z95 * Math.sqrt(Math.log1p(variance / value / value))
  return { value, low: value * Math.exp(-reach), high: Math.min(Number.MAX_VALUE, value * Math.exp(Math.min(700, reach))) }
}

function dot(a: Float64Array, b: Float64Array | Int32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
