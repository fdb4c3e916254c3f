import { createHash } from 'node:crypto'
import type { ItemIndex } from '../models/item-index.ts'
import { listVersions } from '../models/list-versions.ts'
import type { Ranker } from '../models/ranker/rank.ts'
import { recommend } from '../models/recommend.ts'
import { bought, clicked, type Taste } from '../models/taste.ts'
import type { CustomerChange, Recommendation } from '../schemas/records.ts'
import { customerChanges, recommendations } from '../schemas/topics.ts'
import { output, type Scorer } from '../streams/processor.ts'
import { recommendationTable } from './recommendation-state.ts'
import { tasteTable } from './taste-state.ts'

/** What the scorer reads besides the customer, with the versions it found them in. */
export interface ScorerViews {
  readonly items: ItemIndex
  readonly itemsVersion: number
  readonly cutsVersion: number
  /** What was learnt of all customers, once there is enough to learn from, and its version. */
  readonly ranker?: Ranker | undefined
  readonly rankerVersion?: number | undefined
}

/** customer-changes → recommendations: whoever acts gets a new list. */
export const scorer: Scorer<CustomerChange, { taste: Taste }, Recommendation, ScorerViews> = {
  kind: 'scorer',
  name: 'scorer',
  input: customerChanges,
  outputs: [recommendations],
  state: { tables: { taste: tasteTable }, keys: change => ({ taste: [change.customerId] }) },
  answers: recommendationTable,
  key: recommendation => recommendation.customerId,
  id: recommendation => recommendation.recommendationId,
  record: recommendation => output(recommendations, recommendation.customerId, recommendation),

  fold({ taste: before }, { event, at, segment, mood, intent }) {
    const taste = standing(before, segment?.to, mood)
    switch (event?.type) {
      case 'purchase':
        return { state: { taste: bought(taste, event, at) }, score: true }
      case 'click':
        return { state: { taste: clicked(taste, event.productId, event.kind, at) }, score: true }
      case 'refund':
        return { state: { taste: { ...taste, at: Math.max(taste.at, at) } }, score: true }
      default:
        // A list is made when they act or write: new cuts move thousands at once, and change the order of little.
        return { state: { taste }, score: mood !== undefined || intent !== undefined }
    }
  },

  score({ taste }, { customerId, seq }, { items, itemsVersion, cutsVersion, ranker, rankerVersion }) {
    const list = recommend(taste, items, taste.at, ranker)
    return {
      customerId,
      recommendationId: recommendationId(customerId, seq),
      seq,
      asOf: new Date(taste.at).toISOString(),
      variant: 'default',
      versions: listVersions(itemsVersion, cutsVersion, rankerVersion),
      coldStart: !list.some(item => item.reasons.some(reason => reason.strategy !== 'trending')),
      items: list,
    }
  },
}

const standing = (taste: Taste, segment: string | null | undefined, mood: number | undefined): Taste =>
  segment === undefined && mood === undefined
    ? taste
    : { ...taste, ...(segment === undefined ? {} : { segment }), ...(mood === undefined ? {} : { mood }) }

/** The same customer at the same step always has the same id: a list published twice is one list. */
const recommendationId = (customerId: string, seq: number): string =>
  `rec_${createHash('sha256').update(`${customerId}\u001f${seq}`).digest('hex').slice(0, 24)}`
