import { fileURLToPath } from 'node:url'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import type { Sql } from '../../streams/sql.ts'

/** An empty database in memory, as this version of the code has it. */
export async function lookupDatabase(): Promise<Sql> {
  const sql = await pgliteSql({})
  await migrate(sql, { folder: fileURLToPath(new URL('../../infra/migrations', import.meta.url)) })
  return sql
}

export interface CustomerRow {
  readonly id: string
  readonly firstAt?: number | null
  readonly lastAt?: number | null
  readonly orders?: number
  readonly gross?: number
  readonly net?: number
  readonly segment?: string | null
  readonly engagement?: number | null
  readonly affinities?: readonly (readonly [string, number, number])[]
  readonly consents?: Readonly<Record<string, unknown>>
}

/** Puts a customer where the fold would have left them. */
export async function putCustomer(sql: Sql, row: CustomerRow): Promise<void> {
  const {
    id,
    firstAt = null,
    lastAt = null,
    orders = 0,
    gross = 0,
    net = 0,
    segment = null,
    engagement = null,
    affinities = [],
    consents = {},
  } = row
  await sql.query(
    `INSERT INTO customers (customer_id, partition, seq, first_at, last_at, orders, gross, net, segment, engagement, affinities, consents)
     VALUES ($1, 0, 1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb)`,
    [id, firstAt, lastAt, orders, gross, net, segment, engagement, JSON.stringify(affinities), JSON.stringify(consents)],
  )
}
