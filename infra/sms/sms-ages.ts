import type { Sql } from '../../streams/sql.ts'

/** In seconds by the database's clock; 0 where there is none. */
export interface SmsAges {
  /** Of the text that may go out for longest and has not begun to. */
  readonly due: number
  /** Of the oldest text of which nobody knows whether it was sent. */
  readonly unknown: number
  /** Of the oldest result, or visit of a link, that was not told to the log. */
  readonly unreported: number
}

/** Each is the first entry of a partial index, however long the queue is. */
export async function smsAges(sql: Sql): Promise<SmsAges> {
  const [row] = await sql.query(
    `SELECT extract(epoch FROM statement_timestamp()) * 1000 AS now,
       (SELECT not_before FROM sms_ledger WHERE status = 'queued' ORDER BY not_before LIMIT 1) AS due,
       (SELECT updated_at FROM sms_ledger WHERE status = 'unknown' ORDER BY updated_at LIMIT 1) AS unknown,
       least((SELECT at FROM sms_results WHERE NOT reported ORDER BY seq LIMIT 1),
         (SELECT at FROM link_clicks WHERE NOT reported ORDER BY seq LIMIT 1)) AS unreported`,
  )
  const age = (since: unknown) => (since === null ? 0 : Math.max(0, (Number(row!.now) - Number(since)) / 1000))
  return { due: age(row!.due), unknown: age(row!.unknown), unreported: age(row!.unreported) }
}
