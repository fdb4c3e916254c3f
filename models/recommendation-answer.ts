import type { Recommendation, RecommendedItem } from '../schemas/records.ts'

export interface Asked {
  readonly limit: number
  readonly explain: boolean
  readonly includePurchased: boolean
}

/** What GET /recommendations/{customerId} takes for granted. */
export const usuallyAsked: Asked = { limit: 5, explain: true, includePurchased: false }

/** What of a list is shown: what they have is left out unless asked for; then all are in the order of their scores. */
export function shownOf({ items }: Recommendation, { limit, includePurchased }: Asked): RecommendedItem[] {
  const wanted = includePurchased
    ? [...items].sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1))
    : items.filter(item => !item.purchased)
  return wanted.slice(0, limit)
}

/** The answer to who asks for a customer's list. */
export function answerOf(list: Recommendation, asked: Asked = usuallyAsked) {
  const { seq: _, lineage: _lineage, items: _items, ...head } = list
  const shown = shownOf(list, asked)
  return { ...head, items: asked.explain ? shown : shown.map(({ reasons: _reasons, ...item }) => item), campaigns: null }
}
