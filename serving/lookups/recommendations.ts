import type { Recommendation } from '../../schemas/records.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Recommendations } from '../ports/recommendations.ts'

/** The newest lists, from the rows that the scorer committed. */
export const sqlRecommendations = (sql: Sql): Recommendations => ({
  async answer(customerId) {
    const [row] = await sql.query<{ answer: string }>('SELECT answer FROM recommendations WHERE customer_id = $1', [customerId])
    return row?.answer
  },
  async stored(customerId) {
    const [row] = await sql.query<{ body: Recommendation }>('SELECT body FROM recommendations WHERE customer_id = $1', [
      customerId,
    ])
    return row?.body
  },
})
