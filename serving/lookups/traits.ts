import type { Tx } from '../../streams/sql.ts'

/** The traits a shop told of somebody; none where it told nothing. */
export async function traitsOf(sql: Tx, customerId: string): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await sql.query('SELECT traits FROM profiles WHERE customer_id = $1', [customerId])
  return (row?.traits as Readonly<Record<string, unknown>> | undefined) ?? {}
}
