import { alikeBuyers } from '../../models/analytics/value/alike-buyers.ts'
import type { BgNbd } from '../../models/analytics/value/bg-nbd.ts'
import { fitAlike } from '../../models/analytics/value/fit-bg-nbd.ts'
import { fitGammaGamma } from '../../models/analytics/value/fit-gamma-gamma.ts'
import type { Fitted } from '../../models/analytics/value/fitted.ts'
import { lifetimeValues, type Total } from '../../models/analytics/value/lifetime-value.ts'
import { type PurchaseDays, purchaseDays } from '../../models/analytics/value/purchase-days.ts'
import { repeatPurchases } from '../../models/analytics/value/repeat-purchases.ts'
import { spendsWithFrequency } from '../../models/analytics/value/spends-with-frequency.ts'
import type { ShopColumns } from './shop-columns.ts'

const DAY = 86_400_000
/** Money is kept in 1/10,000 of the major unit; what is expected of it is told in major units. */
const MAJOR = 10_000
/** What money a year away is worth less. */
const DISCOUNT = 0.1

/** What each customer is expected to bring within the horizon, in major units; 0 of who never bought. */
export interface CustomerValues {
  readonly alive: Float64Array
  /** The chance that they buy nothing within the horizon, gone or not. */
  readonly silent: Float64Array
  readonly purchases: Float64Array
  readonly revenue: Float64Array
}

export interface ValueStage {
  readonly days: PurchaseDays
  readonly horizonDays: number
  readonly fit: Fitted<BgNbd>
  /** Undefined where purchases tell nothing of what is to come. */
  readonly of: CustomerValues | undefined
  readonly totals: { readonly purchases: Total; readonly revenue: Total } | undefined
  /** What to bear in mind, or why there is no forecast. */
  readonly notes: readonly string[]
}

/**
 * When who bought, and what they will. A day counts as one with a purchase whether or not anything was paid on it: coming back is what is counted
 * (as in Fader & Hardie's own CDNOW, which has purchases of nothing). What was paid back is no purchase.
 *
 * @param until the last day that was observed, since 1970-01-01
 */
export function valueStage(shop: ShopColumns, until: number, horizonDays: number): ValueStage {
  const days = purchaseDays(purchaseRows(shop), shop.customers.id.length, until)
  const buyers = repeatPurchases(days)
  const groups = alikeBuyers(buyers)
  const purchases = fitAlike(groups)
  if (purchases.kind === 'not_fitted')
    return { days, horizonDays, fit: purchases, of: undefined, totals: undefined, notes: [purchases.says] }
  const amounts = fitGammaGamma(buyers)
  const { forecast, values } = lifetimeValues({ buyers, groups, purchases, amounts, weeks: horizonDays / 7, discount: DISCOUNT })
  const column = () => new Float64Array(shop.customers.id.length)
  const of = { alive: column(), silent: column(), purchases: column(), revenue: column() }
  for (let i = 0; i < buyers.customer.length; i++) {
    const [c, g] = [buyers.customer[i]!, groups.groupOf[i]!]
    of.alive[c] = forecast.alive[g]!
    of.silent[c] = forecast.silent[g]!
    of.purchases[c] = forecast.expected[g]!
    of.revenue[c] = values.value[i]!
  }
  const spending = spendsWithFrequency(buyers)
  const notes = [
    ...purchases.warnings,
    ...(amounts.kind === 'fitted' ? amounts.warnings : [amounts.says]),
    ...(spending.independent === false ? [spending.says] : []),
  ]
  return { days, horizonDays, fit: purchases, of, totals: { purchases: values.purchases, revenue: values.revenue }, notes }
}

/** The last day that was observed: that before `asOf`, or that of a later purchase; both instants are ends of days. */
export const lastObserved = (asOf: number, endOfLines: number): number =>
  Math.max(Math.floor((asOf - 1) / DAY), Math.floor((endOfLines - 1) / DAY))

function purchaseRows({ lines: { customer, at, amount, quantity } }: ShopColumns) {
  let kept = 0
  const rows = {
    customer: new Int32Array(amount.length),
    day: new Int32Array(amount.length),
    amount: new Float64Array(amount.length),
  }
  for (let i = 0; i < amount.length; i++) {
    if (!(amount[i]! >= 0 && quantity[i]! > 0)) continue
    rows.customer[kept] = customer[i]!
    rows.day[kept] = Math.floor(at[i]! / DAY)
    rows.amount[kept++] = amount[i]! / MAJOR
  }
  return { customer: rows.customer.subarray(0, kept), day: rows.day.subarray(0, kept), amount: rows.amount.subarray(0, kept) }
}
