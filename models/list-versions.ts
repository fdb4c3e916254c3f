import type { Recommendation } from '../schemas/records.ts'

/** What a list was made from: versions of the products, of the cuts, and of the ranker and what was learnt online where they are. */
export const listVersions = (
  items: number,
  cuts: number,
  ranker: number | undefined,
  learning?: number | undefined,
): Recommendation['versions'] => ({
  items,
  cuts,
  ...(ranker === undefined ? {} : { ranker }),
  ...(learning === undefined ? {} : { learning }),
})
