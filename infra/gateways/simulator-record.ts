import type { FoundStatus } from '../../consumers/sms-gateway.ts'
import type { Sql } from '../../streams/sql.ts'
import { coalesce } from '../sms/coalesce.ts'

/** What the simulated gateway took, and what became of it. */
export interface SimulatorRecord {
  take(reference: string): Promise<void>
  become(reference: string, status: FoundStatus): Promise<void>
  /** Undefined of what it never took, or took more than a week ago. */
  find(reference: string): Promise<FoundStatus | undefined>
}

const KEPT_MS = 7 * 86_400_000
const forget = `DELETE FROM simulator_texts WHERE at < (extract(epoch FROM statement_timestamp()) * 1000)::bigint - ${KEPT_MS}`

/** Opens the record, without what is older than a week. */
export async function simulatorRecord(sql: Sql): Promise<SimulatorRecord> {
  await sql.query(forget)
  const take = async (references: readonly string[]): Promise<undefined[]> => {
    await sql.query(
      `INSERT INTO simulator_texts (reference, status) SELECT r, 'submitted' FROM unnest($1::text[]) AS u(r) ORDER BY r COLLATE "C" ON CONFLICT DO NOTHING`,
      [references],
    )
    return references.map(() => undefined)
  }
  return {
    take: coalesce(take, { max: 100, atOnce: 1 }),
    async become(reference, status) {
      await sql.query('UPDATE simulator_texts SET status = $2 WHERE reference = $1', [reference, status])
    },
    async find(reference) {
      const [row] = await sql.query('SELECT status FROM simulator_texts WHERE reference = $1', [reference])
      return row?.status as FoundStatus | undefined
    },
  }
}
