import type { Recommendation } from '../../schemas/records.ts'

/** A list with what made it: the newest of its customer, or one that somebody saw. */
export interface Lineages {
  /** Undefined where nobody knows the list any more. */
  get(recommendationId: string): Promise<Recommendation | undefined>
}
