import type { EngagementLevel } from '../../models/engagement.ts'
import type { Mood } from '../../models/mood.ts'
import type { Rfm } from '../../models/rfm.ts'

/** How strongly a customer is drawn to a product: a value that fades, as it was at an instant (epoch ms). */
export type Affinity = readonly [productId: string, value: number, at: number]

/** What is known of a customer, as facts: nothing in it ages. */
export interface CustomerFacts {
  readonly customerId: string
  readonly rfm: Rfm
  readonly engagement: EngagementLevel
  readonly mood: Mood
  readonly affinities: readonly Affinity[]
  /** State by channel, such as `{ sms: 'granted' }`. */
  readonly consent: Readonly<Record<string, string>>
  /** Traits, personal ones too. */
  readonly profile: Readonly<Record<string, unknown>>
}

export interface Customers {
  /** Undefined for an id of which no event was folded. */
  get(customerId: string): Promise<CustomerFacts | undefined>
}
