import type { Recommendation } from '../../schemas/records.ts'

/** A list with what made it: the newest of its customer, or one that somebody saw. */
export interface Lineages {
  /** Undefined where nobody knows the list any more. */
  get(recommendationId: string): Promise<KnownList | undefined>
}

export interface KnownList {
  /** With the items that are still known of it: all, or those that were shown. */
  readonly list: Recommendation
  /** Its products as they stood when it was made, which its standings are told by; of lists seen before those were kept, none. */
  readonly order: readonly string[]
}
