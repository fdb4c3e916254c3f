import fc from 'fast-check'
import type { Sql } from '../../streams/sql.ts'

/** An order as results and attribution read it. */
export interface MadeOrder {
  readonly customer: string
  readonly at: number
  readonly gross: number
  /** False for one of which everything was returned. */
  readonly counted: boolean
}

export const madeOrders = (
  customer: fc.Arbitrary<string>,
  at: { readonly min: number; readonly max: number },
  maxLength: number,
): fc.Arbitrary<MadeOrder[]> =>
  fc.array(fc.record({ customer, at: fc.integer(at), gross: fc.integer({ min: 1, max: 1_000_000 }), counted: fc.boolean() }), {
    maxLength,
  })

export async function writeOrders(sql: Sql, orders: readonly MadeOrder[]): Promise<void> {
  for (const [i, { customer, at, gross, counted }] of orders.entries())
    await sql.query(
      'INSERT INTO orders (customer_id, order_id, partition, first_at, lines, gross) VALUES ($1, $2, 0, $3, $4, $5)',
      [customer, `o${i}`, at, counted ? 1 : 0, gross],
    )
}
