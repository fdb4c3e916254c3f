import type { FollowedCache, Prepared } from '../../streams/followed-cache.ts'
import type { Similar, SimilarAnswer } from '../ports/similar.ts'
import { keptUnless } from './kept-unless.ts'

/** As many as anybody may ask for. */
export const MOST_SIMILAR = 50

/** So long others may have moved. */
const KEPT_MS = 300_000

export interface Finder {
  find(customerId: string, k: number): Promise<SimilarAnswer | undefined>
}

/** Prepared answers from memory as long as they hold: the nearest of all that may be asked for. */
export const similarBy = (
  { beside }: Pick<Similar, 'beside'>,
  prepared: Pick<FollowedCache<'similar'>, 'get' | 'fresh'>,
): Similar => ({
  beside,
  async to(customerId, k, { fresh }) {
    const bytes = await (fresh ? prepared.fresh('similar', customerId) : prepared.get('similar', customerId))
    if (bytes === undefined) return undefined
    const { customers, degraded } = JSON.parse(Buffer.from(bytes).toString()) as SimilarAnswer
    return { customers: customers.slice(0, k), degraded }
  },
})

/** Undefined for an unknown customer. */
export async function preparedSimilar({ find }: Finder, customerId: string): Promise<Prepared | undefined> {
  const found = await find(customerId, MOST_SIMILAR)
  return found && { bytes: Buffer.from(JSON.stringify(found)), keptMs: keptUnless(found.degraded, KEPT_MS) }
}
