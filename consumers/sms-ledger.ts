import type { Trace } from '../streams/tracer.ts'
import type { SuppressionReason } from './sms-admission.ts'

/** In the order in which they go out. */
export const smsClasses = ['transactional', 'marketing'] as const
export type SmsClass = (typeof smsClasses)[number]

/** Slots that are ours until `until` (monotonic ms, measured from before they were taken). Every claim is made under the lease's token. */
export interface SmsLease {
  readonly token: string
  readonly slots: readonly number[]
  readonly until: number
}

/** A request that nobody else works on while the lease it was claimed under holds. */
export interface ClaimedSms {
  readonly id: string
  readonly class: SmsClass
  readonly owner: string
  readonly sealed: string
  readonly link: string | undefined
  /** What the text shows in place of it, where links are made short. */
  readonly shortLink?: string | undefined
  /** The customer's number when it was claimed. */
  readonly phone: string | undefined
  readonly trace: Trace | undefined
}

/** A claimed text that is to go through a slot now. `phone`: the number it is meant for, as far as is known; a customer's is read again. */
export interface SmsBeginning {
  readonly token: string
  readonly id: string
  readonly slot: number
  readonly seal: 'open' | 'erased' | 'unreadable' | 'value_missing'
  readonly phone: string | undefined
}

/**
 * `excused`: of so many attempts before, the text does not bear the blame. `doubtful`: it may have gone out before, and goes again because the gateway
 * recognises it. `before` (epoch ms): quiet hours begin then. `waiting`: it is queued again and due at `until` (epoch ms), after quiet hours. `unknown`: a
 * doubtful one that may not go again, and whether it went stays open. `lost`: the claim or the lease was not ours any more, and nothing changed.
 */
export type SmsBegun =
  | {
      readonly status: 'submitting'
      readonly attempt: number
      readonly doubtful: boolean
      readonly excused: number
      readonly to: string
      readonly before: number | undefined
    }
  | { readonly status: 'suppressed'; readonly reason: SuppressionReason }
  | { readonly status: 'waiting'; readonly until: number }
  | { readonly status: 'unknown' }
  | { readonly status: 'lost' }

/**
 * What became of an attempt. `queued`: surely nothing was taken; it is due again after `delayMs`, and without that it has the place in the queue
 * that it had. `excused`: the attempt is not the text's fault.
 */
export interface SmsSettlement {
  readonly token: string
  readonly id: string
  readonly attempt: number
  readonly status: 'submitted' | 'rejected' | 'unknown' | 'queued'
  readonly detail?: string
  readonly gatewayId?: string
  readonly delayMs?: number
  readonly excused?: boolean
}

/** `sinceStopMs`: so long ago STOP from its phone was kept, where one holds by now. */
export interface SmsSettled {
  readonly sinceStopMs: number | undefined
}

/**
 * The rows behind every text, and the slots that bound how many are in flight in the whole group. Time is the database's.
 * Each change of status appends its `sms_results` row in the same transaction. Calls for single texts may share a transaction.
 */
export interface SmsLedger {
  /** True when a text is queued whose time has come. */
  due(): Promise<boolean>
  /** Renews what the token holds and takes free slots until it holds `count`; the answer has all that it holds now, for `ms` from here. */
  lease(token: string, count: number, ms: number): Promise<SmsLease>
  /** `queued → claimed`, so many of each class at most; campaigns take turns, and of each the longest due goes first. Nothing when the lease is over. */
  claim(token: string, limits: Readonly<Record<SmsClass, number>>): Promise<ClaimedSms[]>
  /**
   * `claimed → submitting`, `→ suppressed` (`→ unknown` where it may have gone before) or, in quiet hours, `→ queued`, immediately before the write: under the lock of the phone's
   * opt-out row and of the customer, so that whatever was committed before holds. Checks the claim's token and the slot's lease.
   */
  beginSubmit(beginning: SmsBeginning): Promise<SmsBegun>
  /** `submitting →` what became of it. A late answer still turns `unknown` into `submitted` or `rejected`. Repeating it changes nothing. */
  settle(settlement: SmsSettlement): Promise<SmsSettled>
  /** Keeps that a number (E.164) said STOP to the gateway, as if it had come from it: from now on nothing begins to it. */
  stop(phone: string): Promise<void>
  /** Gives back what is claimed and not begun, and all slots but the busy ones. */
  release(token: string, busy: readonly number[]): Promise<void>
  /**
   * Where a lease ended with its instance: `claimed → queued`, `submitting → unknown`; answers how many. Receipts that came before their
   * texts were settled are weighed. Every instance may do it at any time.
   */
  reap(): Promise<number>
}
