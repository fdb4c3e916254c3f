import type { Taste } from '../taste.ts'

/** What a customer wrote, as a vector of the space that is asked for; `at` in epoch ms. */
export interface WrittenMessage {
  readonly at: number
  readonly vector: Float32Array
}

/** What makes a customer like others: what they were drawn to, and what they wrote. */
export interface KnownCustomer {
  readonly customerId: string
  readonly taste: Pick<Taste, 'bought' | 'recent'>
  /** The newest inbound messages, by the space of their vectors. */
  readonly messages: ReadonlyMap<string, readonly WrittenMessage[]>
}
