import type { Recommendation } from '../schemas/records.ts'

/** What a list was made from: versions of the products, of the cuts, and of the ranker where there is one. */
export const listVersions = (items: number, cuts: number, ranker: number | undefined): Recommendation['versions'] => ({
  items,
  cuts,
  ...(ranker === undefined ? {} : { ranker }),
})
