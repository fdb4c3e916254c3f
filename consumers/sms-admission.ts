import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { customerZone, type Whereabouts } from '../models/customer-zone.ts'
import { type Holdout, heldOutOf } from '../models/holdout.ts'
import { type QuietHours, quietFrom, quietUntil } from '../models/quiet-hours.ts'
import { reachedCap, type SmsCap } from '../models/sms-caps.ts'
import type { SmsKeyword } from '../models/sms-keyword.ts'
import type { SmsRequest } from '../schemas/records.ts'

/** What is known of a claimed text at the moment it would be written; the ledger reads it under locks that keep it true until then. */
export interface SmsFacts {
  readonly class: SmsRequest['class']
  /** Of the seal around text and number: whether it opened, or its key is gone, or it is broken; or the text has a place that nothing is known for. */
  readonly seal: 'open' | 'erased' | 'unreadable' | 'value_missing'
  /** E.164, where one is known. */
  readonly phone: string | undefined
  /** A bare number has none. */
  readonly customerId: string | undefined
  readonly campaignId: string | undefined
  /** The customer's word on texts; a bare number has none. */
  readonly consent: string | undefined
  /** STOP came from that phone, and no START since. */
  readonly stopped: boolean
  /** The keyword that the text is the one reply to, there for such a reply alone; and whether that came after the STOP that holds. */
  readonly confirms?: { readonly keyword: SmsKeyword; readonly afterStop: boolean } | undefined
  /** As far as the customer's profile tells; where it names no country, the phone does. */
  readonly whereabouts: Whereabouts
  /** When marketing texts went to this phone or this customer (epoch ms), at least as far back as caps reach. */
  readonly went: readonly number[]
  /** Epoch ms, by the database's clock. */
  readonly now: number
}

/** What a shop asks of marketing texts beyond consent. */
export interface SmsRules {
  readonly quiet: QuietHours | undefined
  readonly caps: readonly SmsCap[]
  readonly holdout: Holdout
  /** IANA name of the zone of customers of whom nothing better is known. */
  readonly zone: string
}

export const suppressionReasons = [
  'erased',
  'unreadable',
  'value_missing',
  'no_phone',
  'invalid_number',
  'opted_out',
  'superseded',
  'no_consent',
  'holdout',
  'cap',
] as const

export type SuppressionReason = (typeof suppressionReasons)[number]

/**
 * What is to be done with a text now. `before` and `until` (epoch ms): quiet hours begin and are over then. `detail`: of a cap, the one that is
 * reached; of a holdout, `campaign` where it is the campaign's own.
 */
export type Admission =
  | { readonly verdict: 'go'; readonly before?: number | undefined }
  | { readonly verdict: 'suppress'; readonly reason: SuppressionReason; readonly detail?: string }
  | { readonly verdict: 'wait'; readonly until: number }

const go: Admission = { verdict: 'go' }
const suppress = (reason: SuppressionReason, detail?: string): Admission => ({
  verdict: 'suppress',
  reason,
  ...(detail === undefined ? {} : { detail }),
})

/**
 * Whether a text may go out now. STOP stops both classes, all but the replies to keywords; everything else that a person may want is asked of marketing only. What can never go is
 * suppressed before it waits; caps are looked at last, when it would go.
 */
export function admit(rules: SmsRules, facts: SmsFacts): Admission {
  if (facts.seal !== 'open') return suppress(facts.seal)
  if (facts.phone === undefined) return suppress('no_phone')
  const number = parsePhoneNumberFromString(facts.phone)
  if (!number?.isValid()) return suppress('invalid_number')
  if (facts.confirms !== undefined) return admitReply(facts.confirms, facts.stopped)
  if (facts.stopped) return suppress('opted_out')
  return facts.class === 'marketing' ? admitMarketing(rules, facts, number.country) : go
}

/**
 * The replies alone may go to a phone that said STOP: that it holds, and help for who asked for it afterwards. That STOP holds is told while it does,
 * that it does not while it does not: a reply that waited until the other is true would be wrong.
 */
function admitReply({ keyword, afterStop }: NonNullable<SmsFacts['confirms']>, stopped: boolean): Admission {
  if (keyword === 'stop') return stopped ? go : suppress('superseded')
  return stopped && !(keyword === 'help' && afterStop) ? suppress('opted_out') : go
}

function admitMarketing(rules: SmsRules, facts: SmsFacts, country: CountryCode | undefined): Admission {
  const { customerId, campaignId, consent, whereabouts, went, now } = facts
  if (customerId === undefined || consent !== 'granted') return suppress('no_consent')
  const heldOut = heldOutOf(rules.holdout, customerId, campaignId)
  if (heldOut !== undefined) return heldOut === 'all' ? suppress('holdout') : suppress('holdout', 'campaign')
  const zone = customerZone({ ...whereabouts, country: whereabouts.country ?? country }, rules.zone)
  const until = quietUntil(rules.quiet, zone, now)
  if (until !== undefined) return { verdict: 'wait', until }
  const cap = reachedCap(rules.caps, went, zone, now)
  if (cap === undefined) return { verdict: 'go', before: quietFrom(rules.quiet, zone, now) }
  return suppress('cap', cap.text)
}
