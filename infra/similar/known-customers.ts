import { boughtOf } from '../../consumers/taste-state.ts'
import type { KnownCustomer, WrittenMessage } from '../../models/similar/known-customer.ts'
import type { Sql } from '../../streams/sql.ts'
import { vectorOf } from '../embeddings/text-vectors-table.ts'

/** Older messages tell nothing any more. */
const MESSAGES = 20

/** What the tables know of these customers; who is unknown is left out. @param spaces of the messages' vectors */
export async function knownCustomers(
  sql: Sql,
  customerIds: readonly string[],
  spaces: readonly string[],
): Promise<KnownCustomer[]> {
  const [tastes, messages] = await Promise.all([
    sql.query<{ customer_id: string; bought: unknown; recent: [string, number, number][] }>(
      'SELECT customer_id, bought, recent FROM tastes WHERE customer_id = ANY($1)',
      [customerIds],
    ),
    spaces.length === 0 ? [] : writtenBy(sql, customerIds, spaces),
  ])
  const written = grouped(messages)
  return tastes.map(({ customer_id, bought, recent }) => ({
    customerId: customer_id,
    taste: {
      bought: boughtOf(bought),
      recent: recent.map(([productId, value, at]) => ({ productId, value, at })),
    },
    messages: written.get(customer_id) ?? new Map(),
  }))
}

/** Everybody there is, who did something last first. */
export async function everyCustomer(sql: Sql, most: number): Promise<string[]> {
  const rows = await sql.query<{ customer_id: string }>('SELECT customer_id FROM tastes ORDER BY at DESC, customer_id LIMIT $1', [
    most,
  ])
  return rows.map(({ customer_id }) => customer_id)
}

interface MessageRow {
  readonly customer_id: string
  readonly space: string
  readonly at: number
  readonly vector: Buffer
  readonly [column: string]: unknown
}

/** That there is a customer is said once more: else the planner does not see that the index by customer, which leaves products out, will do. */
const writtenBy = (sql: Sql, customerIds: readonly string[], spaces: readonly string[]): Promise<MessageRow[]> =>
  sql.query<MessageRow>(
    `SELECT asked.customer_id, spaces.space, newest.at, newest.vector
       FROM unnest($1::text[]) AS asked(customer_id), unnest($2::text[]) AS spaces(space),
            LATERAL (SELECT at, vector FROM text_vectors t
                      WHERE t.customer_id = asked.customer_id AND t.space = spaces.space AND t.kind = 'message' AND t.customer_id <> ''
                      ORDER BY at DESC LIMIT ${MESSAGES}) AS newest`,
    [customerIds, spaces],
  )

function grouped(rows: readonly MessageRow[]): Map<string, Map<string, WrittenMessage[]>> {
  const all = new Map<string, Map<string, WrittenMessage[]>>()
  for (const { customer_id, space, at, vector } of rows) {
    const spaces = all.get(customer_id) ?? new Map<string, WrittenMessage[]>()
    all.set(customer_id, spaces)
    const written = spaces.get(space) ?? []
    spaces.set(space, written)
    written.push({ at, vector: vectorOf(vector) })
  }
  return all
}
