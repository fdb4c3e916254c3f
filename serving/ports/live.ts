import type { SmsStatus } from '../../schemas/events.ts'

/** Rates are per second over the last second or so; ages are null while there is nothing to measure. */
export interface LiveRates {
  readonly type: 'rates'
  readonly events: number
  readonly recommendations: number
  readonly texts: number
  /** Age of the oldest event that is not folded yet; 0 when none waits. */
  readonly lagSeconds: number | null
  /** From an event's append to its customer's new list. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null
}

/** Every segment, best first; `revenue` is a decimal string. `customers` counts all, also those without a purchase. */
export interface LiveSegments {
  readonly type: 'segments'
  readonly segments: readonly { readonly name: string; readonly customers: number; readonly revenue: string }[]
  readonly customers: number
  readonly currency: string
}

export interface LiveRecommendation {
  readonly type: 'recommendation'
  readonly customerId: string
  /** ISO 8601. */
  readonly asOf: string
  /** `reasons` are the names of the strategies that spoke for the item, strongest first. */
  readonly items: readonly { readonly productId: string; readonly name: string; readonly reasons: readonly string[] }[]
}

/** A text whenever its status moves; the page keeps one line for each `requestId`. */
export interface LiveText {
  readonly type: 'text'
  readonly requestId: string
  readonly customerId?: string
  /** Masked (models/mask-phone.ts): whole numbers never come here. */
  readonly to: string
  readonly text: string
  readonly status: SmsStatus
  /** ISO 8601. */
  readonly at: string
}

export type LiveEvent = LiveRates | LiveSegments | LiveRecommendation | LiveText

/** What a page shows before anything new happens: the newest first in the two lists, some 10 of each; null where there is nothing yet. */
export interface LiveSnapshot {
  /** The last 90 seconds, oldest first. */
  readonly rates: readonly LiveRates[]
  readonly segments: LiveSegments | null
  readonly recommendations: readonly LiveRecommendation[]
  readonly texts: readonly LiveText[]
}

/** What happens now, sampled for people to watch: some 10 recommendations and texts a second are plenty. */
export interface Live {
  snapshot(): LiveSnapshot
  /** The listener must not throw and is never awaited. Answers how to stop. */
  subscribe(listener: (event: LiveEvent) => void): () => void
}
