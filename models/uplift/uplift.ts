import type { Interval } from './interval.ts'
import { meanDifference } from './means.ts'
import { shareDifference } from './proportions.ts'

/** What customers of a group did in the window after it was drawn who gets a text. */
export interface GroupOutcome {
  readonly customers: number
  /** Who bought something. */
  readonly buyers: number
  /** Of all customers, also of those who bought nothing, in whatever unit; the variance with customers − 1. */
  readonly meanRevenue: number
  readonly revenueVariance: number
}

/** Between a campaign's customers and those held out; null where there are too few to say. */
export interface Uplift {
  /** Of the share that bought, 0–1. */
  readonly conversion: Interval | null
  /** Of revenue per customer. */
  readonly revenue: Interval | null
  /** The same in a sentence or two. */
  readonly says: string
}

/** Below so many customers in a group nothing is said: one buyer more would be a percentage point. */
const FEW_CUSTOMERS = 100
/** Most spend nothing and few very much: of fewer buyers the variance is not known, and an interval of it is too narrow. */
const FEW_BUYERS = 10

/** What texts changed: a campaign's customers, whoever of them it really reached, compared with those held out. */
export function upliftOver(treated: GroupOutcome, heldOut: GroupOutcome): Uplift {
  const said = tooFew(treated, heldOut)
  if (said !== undefined) return { conversion: null, revenue: null, says: said }
  const conversion = shareDifference(proportion(treated), proportion(heldOut))
  const buyers = Math.min(treated.buyers, heldOut.buyers)
  if (buyers < FEW_BUYERS) {
    const who = heldOut.buyers <= treated.buyers ? 'those held out' : 'those who were to get it'
    const revenue = `Only ${buyers} of ${who} bought: fewer than ${FEW_BUYERS} tell nothing of revenue.`
    return { conversion, revenue: null, says: `${conversionSays(conversion)} ${revenue}` }
  }
  const revenue = meanDifference(sample(treated), sample(heldOut))
  return { conversion, revenue, says: `${conversionSays(conversion)} ${revenueSays(revenue)}` }
}

const proportion = ({ customers, buyers }: GroupOutcome) => ({ of: customers, hits: buyers })
const sample = ({ customers, meanRevenue, revenueVariance }: GroupOutcome) => ({
  of: customers,
  mean: meanRevenue,
  variance: revenueVariance,
})

function tooFew(treated: GroupOutcome, heldOut: GroupOutcome): string | undefined {
  if (heldOut.customers === 0) return 'Nobody was held out, so nothing tells what customers would have bought anyway.'
  const least = Math.min(treated.customers, heldOut.customers)
  if (least >= FEW_CUSTOMERS) return undefined
  const was = least === 1 ? 'customer was' : 'customers were'
  const what = heldOut.customers === least ? 'held out' : 'to get it'
  return `Only ${least} ${was} ${what}: fewer than ${FEW_CUSTOMERS} tell nothing.`
}

function conversionSays({ low, high }: Interval): string {
  const points = `${signed(low * 100)} to ${signed(high * 100)} percentage points`
  if (low > 0) return `More bought because of it: ${points} over those held out.`
  if (high < 0) return `Fewer bought because of it: ${points} against those held out.`
  return `Whether more bought because of it cannot be told with so few held out: it changed their share by ${points}.`
}

function revenueSays({ low, high }: Interval): string {
  if (low > 0) return 'They spent more.'
  return high < 0 ? 'They spent less.' : 'Whether they spent more cannot be told.'
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
