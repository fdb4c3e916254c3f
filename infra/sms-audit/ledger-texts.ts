import type { LedgerText } from '../../models/sms-audit/tellings.ts'
import { type SmsStatus, smsStatuses } from '../../schemas/events.ts'
import type { SqlRow, Tx } from '../../streams/sql.ts'

const PAGE = 5000

const MAY_HAVE_GONE = "('submitted', 'unknown', 'delivered', 'undelivered', 'expired')"

/** Rows of the ledger, picked by a condition, each with what its results come to. */
const texts = (picked: string) => `WITH picked AS MATERIALIZED (
  SELECT id, status, reason, requested_at, begun_at, attempts, transitions, gateway_id, phone_hash FROM sms_ledger ${picked})
SELECT s.*, h.* FROM picked s CROSS JOIN LATERAL (
  SELECT count(*) AS count, count(*) FILTER (WHERE r.status = 'submitting') AS begun,
    (array_agg(r.status ORDER BY r.n DESC))[1] AS last,
    coalesce(bool_or(r.status IN ${MAY_HAVE_GONE}), false) AS may_have_gone,
    coalesce(bool_or(r.status = 'unknown'), false) AS was_unknown,
    coalesce(min(r.n) FILTER (WHERE NOT r.reported) - 1, max(r.n), 0) AS reported_to
  FROM sms_results r WHERE r.request_id = s.id) h
ORDER BY s.id`

const page = texts('WHERE id > $1 ORDER BY id LIMIT $2')
const named = texts('WHERE id = ANY($1::text[])')

/** The whole ledger, a page at a time, while others go on writing to it. Every text that is there at the beginning comes once. */
export async function* ledgerTexts(sql: Tx): AsyncGenerator<readonly LedgerText[]> {
  for (let after = ''; ; ) {
    const rows = await sql.query(page, [after, PAGE])
    if (rows.length > 0) yield rows.map(textOf)
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id as string
  }
}

/** Those of these texts that there are. */
export async function* ledgerTextsOf(sql: Tx, ids: Iterable<string>): AsyncGenerator<readonly LedgerText[]> {
  const all = [...ids]
  for (let at = 0; at < all.length; at += PAGE) yield (await sql.query(named, [all.slice(at, at + PAGE)])).map(textOf)
}

/** Each row's own strings would be kept for its text; there are few words. */
const words = new Map<unknown, SmsStatus>(smsStatuses.map(word => [word, word]))
const optional = <T>(value: unknown): T | undefined => (value as T | null) ?? undefined

const textOf = (row: SqlRow): LedgerText => ({
  id: row.id as string,
  status: words.get(row.status)!,
  reason: row.status === 'suppressed' ? optional<string>(row.reason)?.replace(/:.*$/s, '') : undefined,
  requestedAt: row.requested_at as number,
  begunAt: optional(row.begun_at),
  attempts: row.attempts as number,
  transitions: row.transitions as number,
  gatewayId: optional(row.gateway_id),
  phone: optional(row.phone_hash),
  history: {
    count: row.count as number,
    begun: row.begun as number,
    last: words.get(row.last),
    mayHaveGone: row.may_have_gone as boolean,
    wasUnknown: row.was_unknown as boolean,
    reportedTo: row.reported_to as number,
  },
})
