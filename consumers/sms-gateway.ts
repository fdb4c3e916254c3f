/** A text on its way to a gateway, once. */
export interface Submission {
  /** The request's id: the gateway may recognise a repetition by it. */
  readonly reference: string
  /** E.164 */
  readonly to: string
  readonly text: string
  /** Monotonic ms. Past it nothing may be written any more: the slot could be another instance's before the call is over. */
  readonly deadline: number
  /** Epoch ms, where there is one. Quiet hours begin then: what the network could not deliver by then it must let be. */
  readonly before?: number | undefined
  /** To be called when the first byte is written. Of an adapter that does not, it is taken to be when it answers. */
  readonly wrote?: () => void
}

/**
 * What a gateway made of a submission.
 *
 * - `submitted`: it took it. - `rejected`: it surely did not, and will not.
 * - `unreached`: surely nothing was written, so it may be tried again.
 * - `throttled`: it surely did not take it, because there are too many now; it may be tried again, where it says when not before `retryAfterMs`.
 * - `unknown`: it may have taken it; nobody may send it again.
 */
export type GatewayAnswer =
  | { readonly outcome: 'submitted'; readonly gatewayId: string }
  | { readonly outcome: 'throttled'; readonly detail: string; readonly retryAfterMs?: number }
  | { readonly outcome: 'rejected' | 'unreached' | 'unknown'; readonly detail: string }

/** Where texts leave us. An adapter looks at the submission's deadline right before it writes to the socket. */
export interface SmsGateway {
  readonly name: string
  /** After so long, in ms, a call is over whatever happened: the slot's lease is longer. */
  readonly timeoutMs: number
  send(submission: Submission): Promise<GatewayAnswer>
  close(): Promise<void>
}
