import type { ReceiptStatus } from '../../serving/ports/sms-callbacks.ts'
import type { Sql, Tx } from '../../streams/sql.ts'
import { againAfterDeadlock } from './again-after-deadlock.ts'
import { coalesce } from './coalesce.ts'
import { MOVE, TOLD } from './ledger-statements.ts'

/** What a gateway told of one of our texts. */
export interface SmsReceipt {
  readonly requestId: string
  readonly gateway: string
  /** The network's own id. */
  readonly gatewayId: string | undefined
  readonly status: ReceiptStatus
  readonly detail: string
}

/** Receipts that share a transaction. */
const TAKEN = 100
/** Texts that one look at what is pending goes through. */
const JOINED = 1000
/** A receipt whose text is not here after so long belongs to another deployment. */
const PENDING_MS = 7 * 86_400_000

/**
 * How much a status says; a receipt moves a text only upwards. So every order in which receipts come, and come again, ends in the same:
 * once delivered is delivered, and of several failures the one furthest on its way.
 */
const RANK = "ARRAY['unknown', 'submitted', 'rejected', 'expired', 'undelivered', 'delivered']"
const rank = (status: string) => `array_position(${RANK}, ${status})`

const insert = `INSERT INTO sms_receipts (request_id, gateway, gateway_id, status, detail)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u(request_id, gateway, gateway_id, status, detail)
ORDER BY request_id COLLATE "C", status, detail ON CONFLICT DO NOTHING`

/**
 * $1 ids. Weighs what is pending of texts that have been submitted; of those still on their way it stays pending. Locks texts in the order
 * in which the ledger does. A receipt is kept before this statement, and a submission settles by one that needs the same lock: whichever
 * comes second sees the first.
 */
const weigh = `WITH due AS MATERIALIZED (
  SELECT l.id FROM sms_ledger l WHERE l.id = ANY($1::text[]) AND l.status = ANY(${RANK}) ORDER BY l.id COLLATE "C" FOR UPDATE),
best AS MATERIALIZED (
  SELECT DISTINCT ON (r.request_id) r.request_id, r.status, r.detail FROM sms_receipts r JOIN due ON due.id = r.request_id
  WHERE r.pending ORDER BY r.request_id, ${rank('r.status')} DESC, r.seq),
weighed AS (UPDATE sms_receipts r SET pending = false FROM due WHERE r.request_id = due.id AND r.pending RETURNING r.seq),
moved AS (
  UPDATE sms_ledger l SET status = best.status, reason = nullif(best.detail, ''), ${MOVE} FROM best
  WHERE l.id = best.request_id AND ${rank('best.status')} > ${rank('l.status')} RETURNING l.*),
${TOLD}
SELECT id FROM moved`

/** $1 limit, $2 ms */
const joinable = `SELECT DISTINCT r.request_id FROM sms_receipts r JOIN sms_ledger l ON l.id = r.request_id
WHERE r.pending AND l.status = ANY(${RANK}) AND r.at > (extract(epoch FROM statement_timestamp()) * 1000)::bigint - $2::bigint LIMIT $1`

export interface SmsReceipts {
  /** Keeps a receipt for good, and moves its text on where it says more than is known. Telling it again changes nothing. */
  take(receipt: SmsReceipt): Promise<void>
}

/** `told`: called after a commit that there may be new results to report. */
export function smsReceipts(sql: Sql, told: () => void = () => {}): SmsReceipts {
  const take = async (receipts: readonly SmsReceipt[]): Promise<undefined[]> => {
    const moved = await againAfterDeadlock(() => sql.transaction(tx => keep(tx, receipts)))
    if (moved > 0) told()
    return receipts.map(() => undefined)
  }
  return { take: coalesce(take, { max: TAKEN, atOnce: 2 }) }
}

async function keep(tx: Tx, receipts: readonly SmsReceipt[]): Promise<number> {
  await tx.query(insert, [
    receipts.map(r => r.requestId),
    receipts.map(r => r.gateway),
    receipts.map(r => r.gatewayId ?? null),
    receipts.map(r => r.status),
    receipts.map(r => r.detail),
  ])
  return (await tx.query(weigh, [receipts.map(r => r.requestId)])).length
}

/** Weighs receipts that came before their texts were settled. Answers how many texts moved. */
export async function joinReceipts(sql: Sql): Promise<number> {
  const rows = await sql.query(joinable, [JOINED, PENDING_MS])
  if (rows.length === 0) return 0
  const ids = rows.map(row => row.request_id as string)
  return (await againAfterDeadlock(() => sql.query(weigh, [ids]))).length
}
