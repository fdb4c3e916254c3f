import type { RehearsalPlan, RehearsedCampaign } from '../../consumers/rehearsal.ts'
import type { SenderSpeed } from '../../models/flow/rehearse/drain.ts'
import type { Config } from '../config.ts'
import { anyShortLink } from '../links/personal-links.ts'

const DAY = 86_400_000
/** How long a rehearsal is where nothing is said. */
const USUAL_MS = 90 * DAY
/** Texts in flight at once, of all instances together (consumers/sms-dispatcher.ts). */
const SLOTS = 50
/** Gateways differ; so long most need for one text. Only where no rate is set does it matter much. */
const ROUND_TRIP_MS = 500

/** From when to when, where only one of them, or neither, is said: 90 days, ending with the history. */
export const rangeOf = (wish: { readonly from?: number | undefined; readonly to?: number | undefined }, last: number) => {
  const to = wish.to ?? (wish.from === undefined ? last : Math.min(last, wish.from + USUAL_MS))
  return { from: wish.from ?? to - USUAL_MS, to }
}

export const speedOf = ({ smsRate }: Pick<Config, 'smsRate'>): SenderSpeed => ({
  partsPerSecond: smsRate,
  slots: SLOTS,
  roundTripMs: ROUND_TRIP_MS,
})

export interface RehearsalSetup {
  readonly campaign: RehearsedCampaign
  readonly beside: readonly RehearsedCampaign[]
  readonly from: number
  readonly to: number
  readonly reachable: boolean
  /** ISO 4217: the history's. */
  readonly currency: string
}

/** The shop's rules as they are set, for a rehearsal. */
export const rehearsalPlan = (
  config: Pick<Config, 'smsRate' | 'smsRules' | 'texts' | 'links'>,
  { campaign, beside, from, to, reachable, currency }: RehearsalSetup,
): RehearsalPlan => ({
  campaign,
  beside,
  zone: config.smsRules.zone,
  from,
  to,
  speed: speedOf(config),
  texts: {
    rules: config.smsRules,
    shop: config.texts.shop,
    currency,
    shortLink: config.links.base === undefined ? undefined : anyShortLink(config.links.base),
    reachable,
  },
})
