import type { Recommendation } from '../schemas/records.ts'

export interface Asked {
  readonly limit: number
  readonly explain: boolean
  readonly includePurchased: boolean
}

/** What GET /recommendations/{customerId} takes for granted. */
export const usuallyAsked: Asked = { limit: 5, explain: true, includePurchased: false }

/** The answer to who asks for a customer's list: what they have is left out unless asked for; then all are in the order of their scores. */
export function answerOf(
  { seq: _, lineage: _lineage, items, ...head }: Recommendation,
  { limit, explain, includePurchased }: Asked = usuallyAsked,
) {
  const wanted = includePurchased
    ? [...items].sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1))
    : items.filter(item => !item.purchased)
  const shown = wanted.slice(0, limit)
  return { ...head, items: explain ? shown : shown.map(({ reasons: _reasons, ...item }) => item), campaigns: null }
}
