import type { Recommendation, RecommendedItem } from '../../schemas/records.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Lineages } from '../ports/lineages.ts'

/** From the newest lists, then from those that were seen: of these, what was shown. */
export const sqlLineages = (sql: Sql): Lineages => ({
  async get(recommendationId) {
    const [newest] = await sql.query('SELECT body FROM recommendations WHERE recommendation_id = $1', [recommendationId])
    if (newest !== undefined) return newest.body as Recommendation
    const [seen] = await sql.query('SELECT made, items FROM exposures WHERE recommendation_id = $1 ORDER BY hour DESC LIMIT 1', [
      recommendationId,
    ])
    return seen && { ...(seen.made as Omit<Recommendation, 'items'>), items: seen.items as RecommendedItem[] }
  },
})
