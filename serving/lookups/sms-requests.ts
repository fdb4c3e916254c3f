import { smsParts } from '../../models/sms-parts.ts'
import { smsText } from '../../models/sms-text.ts'
import type { SmsStatus } from '../../schemas/events.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { SmsRequestView } from '../ports/sms-requests.ts'

/** Reads a text's request and what became of it; undefined for an id that the ledger does not have. */
export function sqlSmsRequest(
  sql: Sql,
  keyring: Pick<Keyring, 'fetch' | 'open'>,
): (id: string) => Promise<SmsRequestView | undefined> {
  return async id => {
    const { request, results } = await sql.transaction(tx => readRows(tx, id), { snapshot: true })
    if (request === undefined) return undefined
    const text = await rendered(request, keyring)
    const { parts, encoding } = text === undefined ? { parts: null, encoding: null } : smsParts(text)
    return {
      id,
      status: request.status as SmsStatus,
      ...(request.reason === null ? {} : { reason: request.reason as string }),
      parts,
      encoding,
      attempts: attemptsOf(results),
      history: historyOf(request, results),
    }
  }
}

/** Both in one snapshot, so that the status is that of the last line of the history. */
async function readRows(tx: Pick<Sql, 'query'>, id: string): Promise<{ request: SqlRow | undefined; results: SqlRow[] }> {
  const [request] = await tx.query('SELECT status, reason, owner, sealed, link, requested_at FROM sms_ledger WHERE id = $1', [id])
  if (request === undefined) return { request, results: [] }
  const results = await tx.query('SELECT status, detail, attempt, at FROM sms_results WHERE request_id = $1 ORDER BY n', [id])
  return { request, results }
}

/** The text as the phone shows it; undefined when its key is gone. */
async function rendered(request: SqlRow, keyring: Pick<Keyring, 'fetch' | 'open'>): Promise<string | undefined> {
  const owner = request.owner as string
  await keyring.fetch([owner])
  const text = keyring.open(owner, request.sealed as string)?.text
  return typeof text === 'string' ? smsText(text, (request.link as string | null) ?? undefined) : undefined
}

const instant = (at: unknown): string => new Date(at as number).toISOString()

/** Each time the text went to the gateway: when it did so first, and how that ended or stands. */
function attemptsOf(results: readonly SqlRow[]): SmsRequestView['attempts'] {
  const attempts = new Map<number, SmsRequestView['attempts'][number]>()
  for (const { attempt, status, at, detail } of results) {
    const number = attempt as number
    if (number === 0) continue
    const began = attempts.get(number)?.at ?? instant(at)
    attempts.set(number, { attempt: number, at: began, status: status as SmsStatus, detail: detail as string | null })
  }
  return [...attempts.values()]
}

function historyOf(request: SqlRow, results: readonly SqlRow[]): SmsRequestView['history'] {
  const history = results.map(({ status, at, detail }) => ({
    status: status as SmsStatus,
    at: instant(at),
    detail: detail as string | null,
  }))
  if (history[0]?.status === 'queued') return history
  return [{ status: 'queued', at: instant(request.requested_at), detail: null }, ...history]
}
