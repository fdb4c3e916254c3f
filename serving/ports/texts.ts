import type { SmsStatus } from '../../schemas/events.ts'

/** One text of a customer's and how it stands. Instants are ISO 8601. */
export interface CustomerText {
  readonly id: string
  readonly campaignId: string | null
  /** Which text of an experiment it is, and the list it was written from, as its request said. */
  readonly variant: string | null
  readonly recommendationId: string | null
  readonly class: 'marketing' | 'transactional'
  readonly status: SmsStatus
  /** Why it stands there: what suppressed it, what the gateway said, what it waits for. */
  readonly reason: string | null
  /** Masked; null where it was to go to none that the customer has now. */
  readonly phone: string | null
  readonly attempts: number
  readonly requestedAt: string
  readonly updatedAt: string
  /** Of a queued one, when it may go at the earliest. */
  readonly dueAt: string | null
}

export interface TextsAsked {
  readonly limit: number
  /** The id of the last text of the page before. */
  readonly after?: string | undefined
  readonly status?: SmsStatus | undefined
}

export interface Texts {
  /** A customer's texts, the newest first; undefined where nothing is known of the customer. */
  of(customerId: string, asked: TextsAsked): Promise<readonly CustomerText[] | undefined>
}
