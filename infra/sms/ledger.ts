import type { SmsRules } from '../../consumers/sms-admission.ts'
import type { ClaimedSms, SmsBeginning, SmsLedger, SmsSettled, SmsSettlement } from '../../consumers/sms-ledger.ts'
import type { PhoneHash } from '../../models/phone-hash.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { PersonalLinks } from '../links/personal-links.ts'
import { againAfterDeadlock } from './again-after-deadlock.ts'
import { beginAll } from './begin-submit.ts'
import { claim } from './claim-statement.ts'
import { coalesce } from './coalesce.ts'
import * as statements from './ledger-statements.ts'
import { keepPhoneWords } from './phone-words.ts'
import { joinReceipts } from './sms-receipts.ts'

export interface SmsLedgerOptions {
  readonly clock: Clock
  readonly phoneHash: PhoneHash
  /** The gateway's name, kept beside what it answered. */
  readonly gateway: string
  /** When a text may go out. */
  readonly rules: SmsRules
  /** What texts show in place of their links, by request; without it links stay as they are. */
  readonly shortLinks?: PersonalLinks
  /** Told after a commit that there are new results to report. */
  readonly told?: () => void
}

/** Rows a reaping goes through at once. */
const REAPED = 1000
/** Beginnings that share a transaction, and so hold each other's locks: few enough that STOP waits for milliseconds. */
const BEGUN = 25
const SETTLED = 100

/** The ledger on Postgres; consumers/sms-ledger.ts says what holds. */
export function smsLedger(
  sql: Sql,
  { clock, phoneHash, gateway, rules, shortLinks, told = () => {} }: SmsLedgerOptions,
): SmsLedger {
  const begin = (beginnings: readonly SmsBeginning[]) =>
    againAfterDeadlock(() => sql.transaction(tx => beginAll(tx, beginnings, { phoneHash, rules, gateway })))

  const settle = async (settlements: readonly SmsSettlement[]): Promise<SmsSettled[]> => {
    const rows = await sql.query(statements.settle, [...settlementColumns(settlements), gateway])
    told()
    const sinceStop = new Map(rows.map(row => [row.id, row.since_stop as number | null]))
    return settlements.map(({ id }) => ({ sinceStopMs: sinceStop.get(id) ?? undefined }))
  }

  return {
    async due() {
      const [row] = await sql.query(statements.due)
      return row?.due === true
    },
    async lease(token, count, ms) {
      const before = clock.monotonic()
      const renewed = await sql.query(statements.renewSlots, [token, ms])
      const taken = renewed.length < count ? await sql.query(statements.takeSlots, [token, ms, count - renewed.length]) : []
      return { token, slots: [...renewed, ...taken].map(row => row.slot as number), until: before + ms }
    },
    async claim(token, { transactional, marketing }) {
      const rows = await sql.query(claim, [token, transactional, marketing])
      if (rows.length === 0) return []
      told()
      await addOptOuts(sql, rows, phoneHash)
      const shown = await shortLinks?.(rows.map(claimedOf))
      return rows.map(row => ({ ...claimedOf(row), shortLink: shown?.get(row.id as string) }))
    },
    beginSubmit: coalesce(
      async beginnings => {
        const begun = await begin(beginnings)
        told()
        return begun
      },
      { max: BEGUN, atOnce: 2 },
    ),
    settle: coalesce(settle, { max: SETTLED, atOnce: 2 }),
    async stop(phone) {
      await againAfterDeadlock(() =>
        keepPhoneWords(sql, phoneHash, [{ phone, keyword: 'stop', at: clock.now(), source: 'gateway' }]),
      )
    },
    async release(token, busy) {
      await sql.transaction(async tx => {
        await tx.query(statements.releaseClaims, [token])
        await tx.query(statements.releaseSlots, [token, busy])
      })
      told()
    },
    async reap() {
      const reaped = await sql.query(statements.reap, [REAPED])
      const joined = await joinReceipts(sql)
      if (reaped.length + joined > 0) told()
      return reaped.length
    },
  }
}

const claimedOf = ({ id, class: kind, owner, sealed, link, phone, trace }: SqlRow): ClaimedSms => ({
  id: id as string,
  class: kind as ClaimedSms['class'],
  owner: owner as string,
  sealed: sealed as string,
  link: (link as string | null) ?? undefined,
  phone: (phone as string | null) ?? undefined,
  trace: (trace as string | null) ?? undefined,
})

/** Each phone has its row before a text to it can begin, so that there is one to lock. */
async function addOptOuts(sql: Sql, claimed: readonly SqlRow[], phoneHash: PhoneHash): Promise<void> {
  const hashes = claimed.flatMap(({ recipient, phone }) =>
    (recipient ?? phone) === null ? [] : [(recipient as string | null) ?? phoneHash(phone as string)],
  )
  if (hashes.length > 0) await sql.query(statements.addOptOuts, [[...new Set(hashes)]])
}

const settlementColumns = (settlements: readonly SmsSettlement[]) => [
  settlements.map(s => s.id),
  settlements.map(s => s.token),
  settlements.map(s => s.attempt),
  settlements.map(s => s.status),
  settlements.map(s => s.detail ?? null),
  settlements.map(s => s.gatewayId ?? null),
  settlements.map(s => s.delayMs ?? null),
  settlements.map(s => s.excused ?? false),
]
