import type { SmsStatus } from '../../schemas/events.ts'
import type { SmsHandSettled, SmsSettlement } from '../../serving/ports/sms-requests.ts'
import type { Sql } from '../../streams/sql.ts'
import { storable } from '../gateways/gateway-words.ts'
import { MOVE, TOLD } from './ledger-statements.ts'

/** $1 id, $2 status, $3 detail */
const settle = `WITH moved AS (
  UPDATE sms_ledger l SET status = $2, reason = $3, ${MOVE} WHERE l.id = $1 AND l.status = 'unknown' RETURNING l.*),
${TOLD}
SELECT id FROM moved`

/**
 * Ends the doubt about a text by an operator's word, which is a result like any other. A receipt may still say more. Their words stay in the log for
 * good, so numbers in them are masked.
 */
export async function settleByHand(sql: Sql, { id, as, who, why }: SmsSettlement): Promise<SmsHandSettled> {
  const detail = `settled by ${storable(who)}: ${storable(why.replace(/\+?\d[\d\s().-]{4,}\d/g, '…'))}`
  if ((await sql.query(settle, [id, as, detail])).length > 0) return { outcome: 'settled' }
  const [row] = await sql.query('SELECT status FROM sms_ledger WHERE id = $1', [id])
  return row === undefined ? { outcome: 'missing' } : { outcome: 'other', status: row.status as SmsStatus }
}
