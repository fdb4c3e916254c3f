import { moodFromColumn } from '../../models/mood.ts'
import { RFM_COLUMNS, rfmOf } from '../../models/rfm.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { Affinity, CustomerFacts, Customers } from '../ports/customers.ts'

/** Customers from their tables. */
export const sqlCustomers = (sql: Sql): Customers => ({
  async get(customerId) {
    const [row] = await sql.query(
      `SELECT customer_id, ${RFM_COLUMNS}, engagement, messages, affinities, consents, traits
         FROM customers LEFT JOIN profiles USING (customer_id) LEFT JOIN moods USING (customer_id) WHERE customer_id = $1`,
      [customerId],
    )
    return row === undefined ? undefined : factsOf(row)
  },
})

const factsOf = (row: SqlRow): CustomerFacts => ({
  customerId: row.customer_id as string,
  rfm: rfmOf(row),
  engagement: row.engagement as number | null,
  mood: moodFromColumn(row.messages ?? []),
  affinities: row.affinities as readonly Affinity[],
  consent: Object.fromEntries(
    Object.entries(row.consents as Record<string, { state: string }>).map(([channel, { state }]) => [channel, state]),
  ),
  profile: (row.traits as Record<string, unknown> | null) ?? {},
})
