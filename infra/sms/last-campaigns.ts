import type { PhoneHash } from '../../models/phone-hash.ts'
import type { Tx } from '../../streams/sql.ts'
import { WENT } from './ledger-statements.ts'

/** A text that came in and is no keyword. */
export interface SmsReply {
  readonly customerId: string
  /** E.164; where only the customer is known, any phone that they were texted at is theirs. */
  readonly phone?: string
  /** Epoch ms when it was said. */
  readonly at: number
}

const DAY_MS = 86_400_000
/** Networks tell whole seconds, and by clocks of their own: a text may seem to have gone after its reply. */
const CLOCKS_MS = 60_000

/** $1 customers, $2 phone hashes or null, $3 instants, $4 ms back, $5 ms ahead. Answers in the order in which they are asked. */
const lastCampaigns = `SELECT l.campaign_id FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS u(customer_id, phone_hash, at, n)
LEFT JOIN LATERAL (
  SELECT campaign_id FROM sms_ledger WHERE customer_id = u.customer_id AND class = 'marketing' AND begun_at BETWEEN u.at - $4::bigint AND u.at + $5::bigint
    AND ${WENT} AND (u.phone_hash IS NULL OR phone_hash = u.phone_hash)
  ORDER BY begun_at DESC, id DESC LIMIT 1) l ON true
ORDER BY u.n`

/**
 * The campaign that each reply is one to: that of the last marketing text that went to its customer, at that phone, within so many days before. It is what
 * was last in their hands; where that was of no campaign, neither is the reply.
 */
export async function campaignsOf(
  sql: Tx,
  phoneHash: PhoneHash,
  replies: readonly SmsReply[],
  days: number,
): Promise<(string | undefined)[]> {
  if (days === 0 || replies.length === 0) return replies.map(() => undefined)
  const rows = await sql.query(lastCampaigns, [
    replies.map(({ customerId }) => customerId),
    replies.map(({ phone }) => (phone === undefined ? null : phoneHash(phone))),
    replies.map(({ at }) => at),
    days * DAY_MS,
    CLOCKS_MS,
  ])
  return rows.map(row => (row.campaign_id as string | null) ?? undefined)
}
