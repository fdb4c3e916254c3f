import type { Recommendation, RecommendedItem } from '../../schemas/records.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Lineages } from '../ports/lineages.ts'

/** A list as it is kept with an exposure: of its items the ids. */
type Made = Omit<Recommendation, 'items'> & { readonly items?: readonly string[] }

/** From the newest lists, then from those that were seen: of these, what was shown. */
export const sqlLineages = (sql: Sql): Lineages => ({
  async get(recommendationId) {
    const [newest] = await sql.query('SELECT body FROM recommendations WHERE recommendation_id = $1', [recommendationId])
    if (newest !== undefined) {
      const list = newest.body as Recommendation
      return { list, order: list.items.map(({ productId }) => productId) }
    }
    const [seen] = await sql.query('SELECT made, items FROM exposures WHERE recommendation_id = $1 ORDER BY hour DESC LIMIT 1', [
      recommendationId,
    ])
    if (seen === undefined) return undefined
    const { items: order = [], ...made } = seen.made as Made
    return { list: { ...made, items: seen.items as RecommendedItem[] }, order }
  },
})
