import { type SmsParts, smsParts } from '../../models/sms-parts.ts'
import { smsText } from '../../models/sms-text.ts'
import type { SmsStatus } from '../../schemas/events.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'

/** A request and what became of it, as GET /sms/requests/{id} tells it (contracts/api.md). Parts and encoding are null once the text is erased. */
export interface SmsView {
  readonly id: string
  readonly status: SmsStatus
  /** Why a suppressed text did not go out. */
  readonly reason?: string
  readonly parts: SmsParts['parts'] | null
  readonly encoding: SmsParts['encoding'] | null
  /** Each time it was to go out: when that began, and how it stands with it (`submitting` while it is under way). */
  readonly attempts: readonly {
    readonly attempt: number
    readonly at: string
    readonly status: SmsStatus
    readonly detail: string | null
  }[]
  readonly history: readonly { readonly status: SmsStatus; readonly at: string; readonly detail: string | null }[]
}

/** Reads requests by id; undefined for one that was never queued. */
export interface SmsLookup {
  get(id: string): Promise<SmsView | undefined>
  /** The same, undefined also where it is the request with this seal that was queued. */
  other(id: string, sealed: string): Promise<SmsView | undefined>
}

/** `shortLink`: what stands for any link in a text, where links are made short; all are of one length. */
export function smsLookup(sql: Sql, keyring: Keyring, shortLink?: string): SmsLookup {
  async function find(id: string, notSealed: string): Promise<SmsView | undefined> {
    const [request] = await sql.query(
      'SELECT status, reason, owner, sealed, link FROM sms_ledger WHERE id = $1 AND sealed <> $2',
      [id, notSealed],
    )
    if (request === undefined) return undefined
    const results = await sql.query('SELECT status, detail, attempt, at FROM sms_results WHERE request_id = $1 ORDER BY n', [id])
    await keyring.fetch([request.owner as string])
    const status = request.status as SmsStatus
    const reason = status === 'suppressed' ? { reason: request.reason as string } : {}
    return {
      id,
      status,
      ...reason,
      ...partsOf(keyring, request, shortLink),
      attempts: attemptsIn(results),
      history: results.map(step),
    }
  }
  return { get: id => find(id, ''), other: find }
}

const step = (row: SqlRow) => ({
  status: row.status as SmsStatus,
  at: new Date(row.at as number).toISOString(),
  detail: row.detail as string | null,
})

/** An attempt begins with `submitting`; the result after it, if any, is its outcome. */
const attemptsIn = (results: readonly SqlRow[]): SmsView['attempts'] =>
  results.flatMap((row, i) => {
    if (row.status !== 'submitting') return []
    const { status, detail } = step(results[i + 1] ?? row)
    return [{ attempt: row.attempt as number, at: step(row).at, status, detail }]
  })

function partsOf(
  keyring: Keyring,
  { owner, sealed, link }: SqlRow,
  shortLink: string | undefined,
): Pick<SmsView, 'parts' | 'encoding'> {
  const { text, step } = keyring.open(owner as string, sealed as string) ?? {}
  // What a flow's text will be nobody knows before it goes, and what it was is kept nowhere.
  if (typeof text !== 'string' || step !== undefined) return { parts: null, encoding: null }
  return smsParts(smsText(text, (link as string | null) ?? undefined, shortLink))
}
