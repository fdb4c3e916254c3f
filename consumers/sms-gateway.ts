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
 * - `submitted`: it took it. - `rejected`: it surely did not, and will not; `stopped`: because the number said STOP to it.
 * - `unreached`: surely nothing was written, so it may be tried again.
 * - `throttled`: it surely did not take it, because there are too many now; it may be tried again, where it says when not before `retryAfterMs`.
 * - `unknown`: it may have taken it; nobody may send it again, but to a gateway that recognises it (`capabilities`).
 */
export type GatewayAnswer =
  | { readonly outcome: 'submitted'; readonly gatewayId: string }
  | { readonly outcome: 'throttled'; readonly detail: string; readonly retryAfterMs?: number }
  | { readonly outcome: 'rejected'; readonly detail: string; readonly stopped?: boolean }
  | { readonly outcome: 'unreached' | 'unknown'; readonly detail: string }

/** What may have become of a text that a gateway has. */
export const foundStatuses = ['submitted', 'rejected', 'expired', 'undelivered', 'delivered'] as const
export type FoundStatus = (typeof foundStatuses)[number]

/** By what a gateway may know a text. */
export interface SoughtText {
  readonly reference: string
  /** The gateway's own id, where it was ever told. */
  readonly gatewayId: string | undefined
}

/** What a gateway tells of a text when it is asked. `absent`: it has no record of it. `unanswered`: it could not be asked, or said nothing of use. */
export interface GatewayFinding {
  readonly status: FoundStatus | 'absent' | 'unanswered'
  readonly detail: string
  readonly gatewayId?: string
}

/** What a gateway offers about a text whose answer was lost; with neither, only a receipt or an operator settles that. */
export interface GatewayCapabilities {
  /** Asks what became of a text. Resolves, whatever the gateway does. */
  readonly find?: (text: SoughtText) => Promise<GatewayFinding>
  /** A text that comes again under its reference is answered as it was the first time, and nobody gets it twice. */
  readonly recognises: boolean
}

/** Of a gateway that can neither be asked nor recognises what it had before. */
export const noCapabilities: GatewayCapabilities = { recognises: false }

/** Where texts leave us. An adapter looks at the submission's deadline right before it writes to the socket. */
export interface SmsGateway {
  readonly name: string
  /** After so long, in ms, a call is over whatever happened: the slot's lease is longer. */
  readonly timeoutMs: number
  readonly capabilities: GatewayCapabilities
  send(submission: Submission): Promise<GatewayAnswer>
  close(): Promise<void>
}
