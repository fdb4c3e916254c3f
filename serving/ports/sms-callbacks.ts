/** What a gateway may tell of a text it took. */
export const receiptStatuses = ['submitted', 'rejected', 'expired', 'undelivered', 'delivered'] as const
export type ReceiptStatus = (typeof receiptStatuses)[number]

/** What Kannel's `dlr-url` carries: our reference, our signature of it, and `%d`, `%A`, `%F`. */
export interface KannelReceipt {
  readonly ref: string
  readonly sig: string
  readonly type: string
  readonly answer?: string
  readonly id?: string
}

/** What the `get-url` of Kannel's `sms-service` carries: our key, and `%p`, `%P`, `%b`, `%c`, `%T`. */
export interface KannelInbound {
  readonly key: string
  readonly from: string
  readonly to?: string
  readonly text?: string
  readonly coding?: string
  readonly t?: string
}

/** `kept`: durable. `forged`: whoever calls was not given this address by us. `unreadable`: it says nothing that we know, and never will. */
export type CallbackOutcome = 'kept' | 'forged' | 'unreadable'

/** A form that Twilio posted: path and query as it called them, and its signature of all that. */
export interface TwilioPost {
  readonly path: string
  readonly form: URLSearchParams
  readonly signature: string
}

/** What Twilio calls back with; `ref` is our reference, base64url. */
export interface TwilioCallbacks {
  receipt(post: TwilioPost, ref: string): Promise<CallbackOutcome>
  inbound(post: TwilioPost, options: { readonly requestId: string }): Promise<CallbackOutcome>
}

/** What Kannel calls back with. */
export interface SmsCallbacks {
  receipt(receipt: KannelReceipt): Promise<CallbackOutcome>
  inbound(inbound: KannelInbound, options: { readonly requestId: string }): Promise<CallbackOutcome>
}
