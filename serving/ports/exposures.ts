import type { RecommendedItem } from '../../schemas/records.ts'

/** Told of every list that is looked up, on the hottest path there is: neither call waits for anything, or throws. */
export interface Exposures {
  /** The usual answer, as its bytes were prepared. */
  usual(customerId: string, prepared: string): void
  /** Another cut of a list: what of it was shown. */
  other(customerId: string, recommendationId: string, shown: readonly RecommendedItem[]): void
}

/** Where nothing is learnt. */
export const unheard: Exposures = { usual: () => {}, other: () => {} }
