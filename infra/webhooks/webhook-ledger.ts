import type { CallRoom, CallSettlement, ClaimedCall, WebhookLedger } from '../../consumers/webhook-ledger.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import * as statements from './ledger-statements.ts'

/** Rows a reaping goes through at once. */
const REAPED = 1000

/** The ledger on Postgres; consumers/webhook-ledger.ts says what holds. `told` hears after a commit that there is an outcome to report. */
export function webhookLedger(sql: Sql, told: () => void = () => {}): WebhookLedger {
  return {
    async claim({ calls, perHost, busy }: CallRoom, leaseMs) {
      const rows = await sql.query(statements.claim, [calls, perHost, [...busy.keys()], [...busy.values()], leaseMs])
      return rows.map(claimedOf)
    },
    async settle({ id, attempt, outcome, detail, delayMs = 0 }: CallSettlement) {
      await sql.query(statements.settle, [id, attempt, outcome, detail.slice(0, 500), delayMs])
      if (outcome !== 'again') told()
    },
    async reap() {
      return (await sql.query(statements.reap, [REAPED])).length
    },
  }
}

/** For how long the call waits that is due for longest, in seconds; 0 where none is. */
export async function oldestDueCall(sql: Sql): Promise<number> {
  const [row] = await sql.query(statements.longestDue)
  return Math.max(0, Number(row?.ms ?? 0) / 1000)
}

const claimedOf = (row: SqlRow): ClaimedCall => ({
  id: row.id as string,
  customerId: row.customer_id as string,
  campaignId: row.campaign_id as string,
  version: row.version as number,
  step: row.step as string,
  entry: row.entry as number,
  at: row.at as number,
  url: row.url as string,
  method: row.method as ClaimedCall['method'],
  productId: (row.product_id as string | null) ?? undefined,
  host: row.host as string,
  attempt: row.attempts as number,
  ageMs: row.age as number,
})
