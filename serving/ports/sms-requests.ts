import type { ErrorCode } from '../../schemas/error-codes.ts'
import type { SmsStatus } from '../../schemas/events.ts'
import type { PostedSms } from '../../schemas/sms-body.ts'
import type { IngestOptions, Unavailable } from './ingest.ts'
import type { ReceiptStatus } from './sms-callbacks.ts'

/** What became of a text so far. Instants are ISO 8601. */
export interface SmsRequestView {
  readonly id: string
  readonly status: SmsStatus
  /** Why it was suppressed or rejected. */
  readonly reason?: string
  /** Null when the text is gone, as it is after an erasure, and of a text of a flow, which is filled in when it goes. */
  readonly parts: number | null
  readonly encoding: string | null
  readonly attempts: readonly SmsAttempt[]
  readonly history: readonly { readonly status: SmsStatus; readonly at: string; readonly detail: string | null }[]
}

/** One time that the text went to the gateway, and how that stands. */
export interface SmsAttempt {
  readonly attempt: number
  readonly at: string
  readonly status: SmsStatus
  readonly detail: string | null
}

/** `queued`: the request is durable, and read once `position` is reached. `known`: there is one of that id already, and here it is. */
export type SmsSubmitted =
  | { readonly outcome: 'queued'; readonly position?: string }
  | { readonly outcome: 'known'; readonly request: SmsRequestView }
  | {
      readonly refused: ErrorCode
      readonly message: string
      readonly pointer: string
    }
  | Unavailable

/** What an operator says became of a text that is in doubt; who says it and how they know is kept. */
export interface SmsSettlement {
  readonly id: string
  readonly as: ReceiptStatus
  readonly who: string
  readonly why: string
}

/** `other`: nobody was in doubt, and nothing changed. */
export type SettleSms = (settlement: SmsSettlement) => Promise<SmsHandSettled>
export type SmsHandSettled =
  | { readonly outcome: 'settled' }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'other'; readonly status: SmsStatus }

export interface SmsRequests {
  /** Takes a request whose fields have the right types; what they mean is for the port to check: the phone, the link, one of `customerId` and `to`. */
  submit(body: PostedSms, options: Pick<IngestOptions, 'requestId' | 'span'>): Promise<SmsSubmitted>
  get(id: string): Promise<SmsRequestView | undefined>
}
