const DAY = 86_400_000
/** What was done together 90 days ago counts half of what is done together now. */
const HALF_LIFE = 90 * DAY
/** Instants are weighed against this one; any fixed instant gives the same similarities. */
const LANDMARK = Date.UTC(2000, 0, 1)
/** How many neighbours a product keeps, and how many it may gather before the weakest are let go. */
export const KEPT_PAIRS = 32
export const GATHERED_PAIRS = 48
/** Evidence of about this many customers is taken off: two products one customer bought together are not twins. */
const SHRINKAGE = 3

/** What one customer's behaviour gives a product: how strongly, when, and the company of other products. */
export interface Contribution {
  readonly weight: number
  readonly at: number
  readonly near: readonly (readonly [productId: string, weight: number])[]
}

/** A product's sums over its customers, weighed by recency: its squared length, and the shared weight with each neighbour. */
export interface Company {
  readonly norm: number
  readonly pairs: ReadonlyMap<string, number>
}

/** How much more a customer of an instant (epoch ms) weighs than one of the landmark: forward decay, so that sums never need to be aged (Cormode et al. 2009). Years 1970–2120 stay within a double, squared as well. */
export const weightOf = (at: number): number => 2 ** ((at - LANDMARK) / HALF_LIFE)

/** Replaces what a customer contributed to a product by what they contribute now. Weak neighbours are let go, ties by id. */
export function contribute({ norm, pairs }: Company, before: Contribution | undefined, now: Contribution): Company {
  const next = new Map(pairs)
  let length = norm
  if (before !== undefined) {
    const w = weightOf(before.at)
    length -= w * before.weight ** 2
    // A pair that was let go meanwhile has nothing to take back.
    for (const [id, weight] of before.near) if (next.has(id)) next.set(id, next.get(id)! - w * weight)
  }
  const w = weightOf(now.at)
  for (const [id, weight] of now.near) next.set(id, (next.get(id) ?? 0) + w * weight)
  return { norm: Math.max(0, length + w * now.weight ** 2), pairs: strongest(next) }
}

function strongest(pairs: Map<string, number>): Map<string, number> {
  for (const [id, value] of pairs) if (value <= 0) pairs.delete(id)
  if (pairs.size <= GATHERED_PAIRS) return pairs
  return new Map([...pairs].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, KEPT_PAIRS))
}

/**
 * Cosine of two products over customers weighed by recency, shrunk: shared / (√(norm a × norm b) + shrinkage), 0–1.
 * @param shared weight shared by both, from either's pairs
 * @param today `weightOf` the instant it is asked for: shrinkage is worth a few customers of then
 */
export const similarity = (shared: number, normA: number, normB: number, today: number): number =>
  Math.min(1, shared / (Math.sqrt(normA * normB) + SHRINKAGE * today))
