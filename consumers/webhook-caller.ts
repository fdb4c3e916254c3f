/** A call as it goes out: whatever attempt it is, the same bytes. */
export interface WebhookCall {
  /** The receiver drops what comes again under it. */
  readonly id: string
  readonly url: string
  readonly method: 'POST' | 'PUT'
  readonly body: string
}

/** What a receiver answered, in a few words. `again`: it may take it in a while, after `retryAfterMs` where it said so. `failed`: it never will. */
export type WebhookAnswer =
  | { readonly outcome: 'ok' | 'failed'; readonly detail: string }
  | { readonly outcome: 'again'; readonly detail: string; readonly retryAfterMs?: number }

/** Calls webhooks. Never throws, never repeats, and is over after `timeoutMs`. */
export interface WebhookCaller {
  readonly timeoutMs: number
  call(call: WebhookCall): Promise<WebhookAnswer>
  close(): Promise<void>
}
