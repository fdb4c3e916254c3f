import { createHash } from 'node:crypto'
import type { Recommendation } from '../schemas/records.ts'
import type { ItemIndex } from './item-index.ts'
import type { Ranker } from './ranker/rank.ts'
import { recommendTrending } from './recommend.ts'
import type { Known } from './segment-popularity.ts'

/**
 * What trends, as the list of a customer nothing is known of but their traits; `asOf` is the instant that trends stand at, the epoch while there are none.
 *
 * Its id is a hash of all it says, so that one id always means one list. The versions are not enough: what two instances hold of
 * the items may differ where their versions do not.
 */
export function coldList(
  customerId: string,
  items: ItemIndex,
  versions: Recommendation['versions'],
  ranker?: Ranker,
  traits?: Known['traits'],
): Recommendation {
  const list = {
    customerId,
    asOf: new Date(items.trendsAt).toISOString(),
    variant: 'default',
    versions,
    coldStart: true,
    items: recommendTrending(items, ranker, traits),
  }
  const hash = createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 24)
  return { ...list, recommendationId: `rec_cold_${hash}`, seq: 0 }
}
