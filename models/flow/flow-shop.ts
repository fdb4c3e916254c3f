import type { QuietHours } from '../quiet-hours.ts'
import type { SmsCap } from '../sms-caps.ts'

/** What of a shop decides which flows may run in it. */
export interface FlowShop {
  /** Names of the segments that customers may be in (models/segments.ts). */
  readonly segments: readonly string[]
  /** ISO 4217: what amounts are in where nothing is said. */
  readonly currency: string
  /** When no marketing text goes, by the customer's clock; undefined: at any hour. */
  readonly quiet: QuietHours | undefined
  /** How many marketing texts one customer may get, over all campaigns. */
  readonly caps: readonly SmsCap[]
  /** IANA name of the zone by whose clock those live of whom nothing is known. */
  readonly zone: string
  /** Hosts that links in texts may lead to; empty: any. */
  readonly linkHosts: readonly string[]
  /** Hosts that webhooks may call; none where it is empty. */
  readonly webhookHosts: readonly string[]
  /** Whether these may be within private networks, and called by plain http; not where it is not said. */
  readonly webhooksMayBePrivate?: boolean
  /** The most that may be taken off, in percent. */
  readonly maxDiscountPercent: number
  /** The most that may be taken off as an amount, in major units of `currency`. */
  readonly maxDiscountAmount: number
  /** On no path may one customer get more texts within a day, or within seven days. */
  readonly maxTexts: { readonly perDay: number; readonly perWeek: number }
  /** What `{{shop}}` stands for; undefined where the shop has not said its name. */
  readonly name: string | undefined
}
