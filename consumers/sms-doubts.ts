import type { FoundStatus } from './sms-gateway.ts'

/** A text of which nobody knows whether the gateway took it. */
export interface DoubtfulSms {
  readonly id: string
  /** The gateway's own id, where it was ever told. */
  readonly gatewayId: string | undefined
  /** How often the gateway was asked before, by a query or by a repetition. */
  readonly asked: number
  /** For so long nobody has known, in ms. */
  readonly forMs: number
}

/**
 * What came of asking. `unknown`: still nobody knows. `queued`: it goes out again under its reference, by which the gateway recognises it.
 * `nextMs`: it may be asked about again after so long, where it is still unknown by then; never, where there is none.
 */
export interface DoubtSettlement {
  readonly id: string
  readonly status: FoundStatus | 'unknown' | 'queued'
  readonly detail: string
  readonly gatewayId?: string | undefined
  readonly nextMs?: number | undefined
}

/** The texts in doubt of one gateway. Every asking appends a row of `sms_results`, also where it changed nothing. */
export interface SmsDoubts {
  /** Those that may be asked about, the longest due first; nobody else gets them for a minute, or until they are settled. */
  take(limit: number): Promise<DoubtfulSms[]>
  /** Changes nothing of a text that meanwhile is no longer in doubt. */
  settle(settlements: readonly DoubtSettlement[]): Promise<void>
}
