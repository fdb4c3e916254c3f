import { formatMoney } from '../models/money.ts'
import type { Interval } from '../models/uplift/interval.ts'
import type { CampaignResultsView } from './campaign-results-view.ts'
import type { CampaignResults, Comparison, GroupResults } from './ports/campaign-results.ts'

const HOUR = 3_600_000

/** What is asked: which campaign, after how long purchases no longer count, in whose money. */
export interface ResultsAsked {
  readonly campaignId: string
  readonly windowMs: number
  readonly currency: string
}

export const presentCampaignResults = (
  { campaignId, windowMs, currency }: ResultsAsked,
  { all, segments, variants, ...told }: CampaignResults,
): CampaignResultsView => ({
  campaignId,
  currency,
  windowHours: windowMs / HOUR,
  audience: told.audience,
  neither: { ...told.neither },
  comparedWith: told.comparedWith,
  heldOutOfAll: told.heldOutOfAll,
  ...presentComparison(all, told.comparedWith),
  segments: segments.map(({ segment, ...one }) => ({ segment, ...presentComparison(one, told.comparedWith) })),
  variants: variants.map(({ variant, ...one }) => ({ variant, ...presentComparison(one, told.comparedWith) })),
})

function presentComparison({ treated, heldOut, uplift }: Comparison, comparedWith: CampaignResults['comparedWith']) {
  const { conversion, revenue, says } = uplift
  const ofAll =
    comparedWith === 'all' && conversion !== null
      ? ' Those held out got no marketing at all: this is what all of it did, not this campaign alone.'
      : ''
  return {
    treated: presentGroup(treated),
    heldOut: presentGroup(heldOut),
    uplift: {
      conversion,
      revenuePerCustomer: revenue === null ? null : inMoney(revenue),
      says: `${says}${ofAll}`,
    },
  }
}

const presentGroup = ({ customers, buyers, revenue, texts, sent, delivered, unknown, ...group }: GroupResults) => ({
  customers,
  open: group.open,
  texts: { asked: texts, sent, delivered, unknown },
  clicks: group.clicks,
  clicked: group.clicked,
  bought: buyers,
  conversion: customers === 0 ? null : buyers / customers,
  orders: group.orders,
  revenue: formatMoney(revenue),
  revenuePerCustomer: customers === 0 ? null : cents(Number(revenue) / customers),
})

const inMoney = ({ difference, low, high }: Interval) => ({ difference: cents(difference), low: cents(low), high: cents(high) })

/** More than two decimals say nothing of a mean. */
const cents = (units: number): string => formatMoney(Math.round(units / 100) * 100 || 0)
