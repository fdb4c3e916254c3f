import type { Recommendation, RecommendedItem } from '../schemas/records.ts'
import type { RankedCampaign } from './similar/rank-campaigns.ts'

export interface Asked {
  readonly limit: number
  readonly explain: boolean
  readonly includePurchased: boolean
}

/** What GET /recommendations/{customerId} takes for granted. */
export const usuallyAsked: Asked = { limit: 5, explain: true, includePurchased: false }

/** What a list is answered with that is no part of it: it changes without a new list. */
export interface Beside {
  readonly campaigns: readonly RankedCampaign[]
  /** What was out of order when this was made, such as `embeddings`: the answer is poorer by it. */
  readonly degraded: readonly string[]
}

/** Where there is nothing to say. */
export const nothingBeside: Beside = { campaigns: [], degraded: [] }
const LAST = '"campaigns":'

/** What of a list is shown: what they have is left out unless asked for; then all are in the order of their scores. */
export function shownOf({ items }: Recommendation, { limit, includePurchased }: Asked): RecommendedItem[] {
  const wanted = includePurchased
    ? [...items].sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1))
    : items.filter(item => !item.purchased)
  return wanted.slice(0, limit)
}

/** The answer to who asks for a customer's list. `campaigns` and what follows it stand last, where `withBeside` looks for them. */
export function answerOf(list: Recommendation, asked = usuallyAsked, { campaigns, degraded } = nothingBeside) {
  const { seq: _, lineage: _lineage, items: _items, ...head } = list
  const shown = shownOf(list, asked)
  return {
    ...head,
    items: asked.explain ? shown : shown.map(({ reasons: _reasons, ...item }) => item),
    campaigns,
    ...(degraded.length === 0 ? {} : { degraded }),
  }
}

/** A prepared answer, the JSON of `answerOf` without anything beside, with this beside it. */
export function withBeside(prepared: string, beside: Beside): string {
  const { campaigns, degraded } = beside
  if (campaigns.length === 0 && degraded.length === 0) return prepared
  const end = JSON.stringify({ campaigns, ...(degraded.length === 0 ? {} : { degraded }) })
  return `${prepared.slice(0, prepared.lastIndexOf(LAST))}${end.slice(1)}`
}
