import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { MOMENT } from './moment.ts'
import type { Sql } from './sql.ts'

/** The right to do something that one instance at a time should do. It spares work; it does not keep two from ever doing it at once. */
export interface Lease {
  /** True while it is ours: taken or renewed where need be. */
  mine(): Promise<boolean>
  giveBack(): Promise<void>
}

/** @param ms how long others leave it to one that says nothing more */
export function lease(sql: Sql, clock: Clock, name: string, ms: number): Lease {
  const token = randomUUID()
  let ends = 0
  return {
    async mine() {
      const before = clock.monotonic()
      if (before < ends - ms / 2) return true
      const [held] = await sql.query(TAKE, [name, token, ms])
      ends = held === undefined ? 0 : before + ms
      return held !== undefined
    },
    async giveBack() {
      ends = 0
      await sql.query('DELETE FROM scanner_leases WHERE scanner = $1 AND token = $2', [name, token])
    },
  }
}

/** $1 scanner, $2 token, $3 ms */
const TAKE = `INSERT INTO scanner_leases AS held (scanner, token, lease_until) VALUES ($1, $2, ${MOMENT} + $3::bigint)
ON CONFLICT (scanner) DO UPDATE SET token = excluded.token, lease_until = excluded.lease_until
WHERE held.token = excluded.token OR held.lease_until <= ${MOMENT} RETURNING scanner`
