import type { Personal } from '../../../schemas/events.ts'
import type { CustomerChange } from '../../../schemas/records.ts'
import type { Campaign } from './campaign.ts'
import { type Facts, noFacts } from './facts.ts'
import type { Run, Standing, Timer } from './run.ts'

/**
 * An entry to come. `event` ones were brought by one; of the others each campaign has at most one: `cart`, and `appointment` with the calendar
 * or with silence, which `mark` tells from the one before (models/flow/run/triggers.ts).
 */
export interface Pending {
  readonly campaignId: string
  readonly kind: 'event' | 'cart' | 'appointment'
  readonly mark?: number
  /** The product whose news brought it. */
  readonly product?: string
  readonly timer: Timer
}

/** What of a customer concerns campaigns, all of it: a fold of their changes. Instants in epoch ms. */
export interface CustomerFlows {
  /** Up to when things have happened: nothing happens before it any more. Every timer is due later. */
  readonly clock: number
  /** How many timers were set. */
  readonly timers: number
  readonly facts: Facts
  readonly runs: readonly Run[]
  readonly pendings: readonly Pending[]
  /** By campaign. */
  readonly standings: Readonly<Record<string, Standing>>
}

export const noFlows: CustomerFlows = {
  clock: Number.MIN_SAFE_INTEGER,
  timers: 0,
  facts: noFacts,
  runs: [],
  pendings: [],
  standings: {},
}

/** What a customer's flows meet. `at` is when it happened (epoch ms); what comes late counts as of the customer's clock. */
export type Happened =
  | { readonly type: 'change'; readonly at: number; readonly change: CustomerChange; readonly personal?: Personal | undefined }
  /** A timer of somebody who has been idle may be due. */
  | { readonly type: 'due'; readonly at: number }
  /** A campaign is another than `before`, when what was due by now fell due: it began (`launched`), has a new version, goes on, rests or is over. */
  | {
      readonly type: 'campaign'
      readonly at: number
      readonly campaignId: string
      readonly launched: boolean
      readonly before: ReadonlyMap<string, Campaign>
    }
  | { readonly type: 'answered'; readonly at: number; readonly ask: string; readonly allowed: boolean }
  | { readonly type: 'called'; readonly at: number; readonly call: string; readonly ok: boolean }

/** The timer a run waits for, if any. */
export const timerOf = ({ wait }: Run): Timer | undefined => ('timer' in wait ? wait.timer : undefined)

/** When the first of a customer's timers is due; undefined where they have none. */
export function nextDue({ runs, pendings }: CustomerFlows): number | undefined {
  let next: number | undefined
  for (const timer of [...runs.map(timerOf), ...pendings.map(pending => pending.timer)])
    if (timer !== undefined && (next === undefined || timer.due < next)) next = timer.due
  return next
}
