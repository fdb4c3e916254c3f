/** A call that nobody else makes while its lease lasts. `attempt` counts from 1; whoever settles names it. */
export interface ClaimedCall {
  readonly id: string
  readonly customerId: string
  readonly campaignId: string
  readonly version: number
  readonly step: string
  readonly entry: number
  /** When the customer came to the step; epoch ms. */
  readonly at: number
  readonly url: string
  readonly method: 'POST' | 'PUT'
  /** That the customer came in for, where news of it brought them. */
  readonly productId: string | undefined
  /** Of the address, with its port where that is not the usual one. */
  readonly host: string
  readonly attempt: number
  /** How long ago it was queued. */
  readonly ageMs: number
}

export const callOutcomes = ['ok', 'again', 'failed'] as const

/** What became of an attempt. `again`: the call is due once more after `delayMs`. */
export interface CallSettlement {
  readonly id: string
  readonly attempt: number
  readonly outcome: (typeof callOutcomes)[number]
  readonly detail: string
  readonly delayMs?: number
}

/** How many calls there is room for, of this instance: altogether, and with one receiver, of which some have calls under way. */
export interface CallRoom {
  readonly calls: number
  readonly perHost: number
  readonly busy: ReadonlyMap<string, number>
}

/**
 * The rows behind every call. Time is the database's. An attempt's number is what settles it: as long as nobody began another, the last one's
 * word holds, also after its lease.
 */
export interface WebhookLedger {
  /** `queued → calling`, for `leaseMs`. Receivers take turns, and of each the longest due goes first. */
  claim(room: CallRoom, leaseMs: number): Promise<ClaimedCall[]>
  /** `calling →` what became of it; what ends it is told to the log. A word on an attempt that others came after is kept beside it, and changes nothing else. */
  settle(settlement: CallSettlement): Promise<void>
  /** Queues again whatever was being called by instances that died. Answers how much that was. */
  reap(): Promise<number>
}
