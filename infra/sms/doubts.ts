import type { DoubtfulSms, DoubtSettlement, SmsDoubts } from '../../consumers/sms-doubts.ts'
import type { Sql } from '../../streams/sql.ts'
import { NOW, toldAt } from './ledger-statements.ts'

/** Calls are over by then, and their late answers kept. */
const FRESH_MS = 10_000
/** Who asks has so long, in ms; then another may. */
const ASKING_MS = 60_000
/** The end of time in epoch ms, as far as Postgres and JavaScript agree on it. */
const NEVER = Number.MAX_SAFE_INTEGER

/** $1 gateway, $2 limit */
const take = `WITH due AS MATERIALIZED (
  SELECT id FROM sms_ledger WHERE status = 'unknown' AND gateway = $1 AND ask_at <= ${NOW} AND updated_at <= ${NOW} - ${FRESH_MS}
  ORDER BY ask_at LIMIT $2 FOR UPDATE SKIP LOCKED)
UPDATE sms_ledger l SET ask_at = ${NOW} + ${ASKING_MS} FROM due WHERE l.id = due.id
RETURNING l.id, l.gateway_id, l.asked, ${NOW} - l.updated_at AS for_ms`

/**
 * $1 ids, $2 statuses, $3 details, $4 gateway ids, $5 ms until the next asking. Of a text that stays in doubt `updated_at` stays too: since then
 * nobody has known, and alerts count from there.
 */
const settle = `WITH moved AS (
  UPDATE sms_ledger l SET status = u.status, reason = u.detail, gateway_id = coalesce(u.gateway_id, l.gateway_id),
    asked = l.asked + 1, ask_at = coalesce(${NOW} + u.next, ${NEVER}), doubtful = l.doubtful OR u.status = 'queued',
    token = CASE WHEN u.status = 'queued' THEN NULL ELSE l.token END,
    not_before = CASE WHEN u.status = 'queued' THEN ${NOW} ELSE l.not_before END,
    transitions = l.transitions + 1, updated_at = CASE WHEN u.status = 'unknown' THEN l.updated_at ELSE ${NOW} END
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) AS u(id, status, detail, gateway_id, next)
  WHERE l.id = u.id AND l.status = 'unknown' RETURNING l.*),
${toldAt(NOW)}
SELECT id FROM moved`

/** Texts in doubt that went by this gateway; consumers/sms-doubts.ts says what holds. `told`: called after a commit that there are new results. */
export function smsDoubts(sql: Sql, gateway: string, told: () => void = () => {}): SmsDoubts {
  return {
    async take(limit) {
      const rows = await sql.query(take, [gateway, limit])
      return rows.map(
        (row): DoubtfulSms => ({
          id: row.id as string,
          gatewayId: (row.gateway_id as string | null) ?? undefined,
          asked: row.asked as number,
          forMs: Number(row.for_ms),
        }),
      )
    },
    async settle(settlements) {
      await sql.query(settle, columns(settlements))
      told()
    },
  }
}

const columns = (settlements: readonly DoubtSettlement[]) => [
  settlements.map(s => s.id),
  settlements.map(s => s.status),
  settlements.map(s => s.detail),
  settlements.map(s => s.gatewayId ?? null),
  settlements.map(s => s.nextMs ?? null),
]
