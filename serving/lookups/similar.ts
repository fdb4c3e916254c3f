import type { FollowedCache } from '../../streams/followed-cache.ts'
import type { Similar, SimilarAnswer } from '../ports/similar.ts'

/** As many as anybody may ask for. */
export const MOST_SIMILAR = 50

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
export async function preparedSimilar({ find }: Finder, customerId: string): Promise<Uint8Array | undefined> {
  const found = await find(customerId, MOST_SIMILAR)
  return found === undefined ? undefined : Buffer.from(JSON.stringify(found))
}
