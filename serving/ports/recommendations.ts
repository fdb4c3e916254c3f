import type { Recommendation } from '../../schemas/records.ts'

/** The newest list of each customer, as the scorer recorded it. */
export interface Recommendations {
  /**
   * The prepared answer to the default query, as JSON; undefined where nothing was scored yet. This is the hot read.
   * Unless it is to be `fresh`, it may be what this instance knew a moment ago.
   */
  answer(customerId: string, options: { readonly fresh: boolean }): Promise<string | undefined>
  /** The whole list: more items than are shown, and those already bought. */
  stored(customerId: string): Promise<Recommendation | undefined>
}

/** What is trending now, among those of the same traits where any are known, for a customer who did nothing yet: `coldStart` is true. */
export type ColdStart = (customerId: string) => Recommendation | Promise<Recommendation>
