import { maskPhone } from '../../models/mask-phone.ts'
import type { PhoneHash } from '../../models/phone-hash.ts'
import type { SmsStatus } from '../../schemas/events.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { CustomerText, Texts } from '../ports/texts.ts'

/** Texts from the ledger. It knows phones by their hash only: which number that was is told where the customer still has it. */
export const sqlTexts = (sql: Sql, phoneHash: PhoneHash): Texts => ({
  async of(customerId, { limit, after = null, status = null }) {
    const rows = await sql.query(
      `SELECT id, campaign_id, variant, recommendation_id, class, status, reason, attempts, phone_hash, requested_at, updated_at, not_before FROM sms_ledger
       WHERE customer_id = $1 AND ($2::text IS NULL OR status = $2)
         AND ($3::text IS NULL OR (requested_at, id) < (SELECT requested_at, id FROM sms_ledger WHERE id = $3 AND customer_id = $1))
       ORDER BY requested_at DESC, id DESC LIMIT $4`,
      [customerId, status, after, limit],
    )
    const [known] = await sql.query(
      'SELECT (SELECT phone FROM profiles WHERE customer_id = $1) AS phone, EXISTS (SELECT 1 FROM customers WHERE customer_id = $1) AS known',
      [customerId],
    )
    if (rows.length === 0 && known?.known !== true) return undefined
    const phone = typeof known?.phone === 'string' ? { hash: phoneHash(known.phone), masked: maskPhone(known.phone) } : undefined
    return rows.map(row => textOf(row, row.phone_hash === phone?.hash ? phone?.masked : undefined))
  },
})

const textOf = (row: SqlRow, phone: string | undefined): CustomerText => ({
  id: row.id as string,
  campaignId: row.campaign_id as string | null,
  variant: row.variant as string | null,
  recommendationId: row.recommendation_id as string | null,
  class: row.class as CustomerText['class'],
  status: row.status as SmsStatus,
  reason: row.reason as string | null,
  phone: phone ?? null,
  attempts: row.attempts as number,
  requestedAt: instant(row.requested_at),
  updatedAt: instant(row.updated_at),
  dueAt: row.status === 'queued' ? instant(row.not_before) : null,
})

const instant = (ms: unknown): string => new Date(ms as number).toISOString()
