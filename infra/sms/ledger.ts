import type { SmsFacts, SuppressionReason } from '../../consumers/sms-admission.ts'
import type { ClaimedSms, SmsBeginning, SmsBegun, SmsLedger, SmsSettlement } from '../../consumers/sms-ledger.ts'
import type { PhoneHash } from '../../models/phone-hash.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql, SqlRow, Tx } from '../../streams/sql.ts'
import type { PersonalLinks } from '../links/personal-links.ts'
import { coalesce } from './coalesce.ts'
import * as statements from './ledger-statements.ts'

export interface SmsLedgerOptions {
  readonly clock: Clock
  readonly phoneHash: PhoneHash
  /** The gateway's name, kept beside what it answered. */
  readonly gateway: string
  /** Whether a text may go out, from facts read under locks. */
  readonly suppression: (facts: SmsFacts) => SuppressionReason | undefined
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
/** How often a transaction that others' locks broke up is tried before the error goes up. */
const TRIES = 4

/** The ledger on Postgres; consumers/sms-ledger.ts says what holds. */
export function smsLedger(
  sql: Sql,
  { clock, phoneHash, gateway, suppression, shortLinks, told = () => {} }: SmsLedgerOptions,
): SmsLedger {
  const begin = (beginnings: readonly SmsBeginning[]) =>
    againAfterDeadlock(() => sql.transaction(tx => beginAll(tx, beginnings, { phoneHash, suppression })))

  const settle = async (settlements: readonly SmsSettlement[]): Promise<undefined[]> => {
    await sql.query(statements.settle, [...settlementColumns(settlements), gateway])
    told()
    return settlements.map(() => undefined)
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
    async claim(token, limit) {
      const rows = await sql.query(statements.claim, [token, limit])
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
    async release(token, busy) {
      await sql.transaction(async tx => {
        await tx.query(statements.releaseClaims, [token])
        await tx.query(statements.releaseSlots, [token, busy])
      })
      told()
    },
    async reap() {
      const reaped = await sql.query(statements.reap, [REAPED])
      if (reaped.length > 0) told()
      return reaped.length
    },
  }
}

interface Claim {
  readonly beginning: SmsBeginning
  readonly class: SmsFacts['class']
  readonly customerId: string | undefined
  readonly phone: string | undefined
  readonly erased: boolean
}

/** Locks in one order: customers, claims, phones; so no two of these wait for each other in a circle. The first three are in flight together. */
async function beginAll(
  tx: Tx,
  beginnings: readonly SmsBeginning[],
  { phoneHash, suppression }: Pick<SmsLedgerOptions, 'phoneHash' | 'suppression'>,
): Promise<SmsBegun[]> {
  const [customers, rows, optOuts] = await Promise.all([
    tx.query(statements.lockCustomers, [beginnings.map(({ id }) => id)]),
    tx.query(statements.lockClaims, [beginnings.map(({ id }) => id), beginnings.map(({ token }) => token)]),
    tx.query(statements.lockOptOuts, [hashesOf(beginnings, phoneHash)]),
  ])
  const consents = new Map(customers.map(row => [row.customer_id, row.consent as string]))
  const claims = claimsOf(beginnings, rows)
  const phones = new Map(claims.flatMap(({ phone }) => (phone === undefined ? [] : [[phone, phoneHash(phone)] as const])))
  const stopped = await stoppedOf(tx, optOuts, new Set(phones.values()))
  const verdicts = claims.map(({ beginning, customerId, phone, erased, ...claim }) => {
    const seal = erased ? 'erased' : beginning.seal
    const consent = customerId === undefined ? undefined : consents.get(customerId)
    const reason = suppression({
      ...claim,
      seal,
      phone,
      consent,
      stopped: phone !== undefined && stopped.has(phones.get(phone)!),
    })
    return { beginning, phone, reason }
  })
  const moved = await tx.query(statements.begin, [
    verdicts.map(({ beginning }) => beginning.id),
    verdicts.map(({ beginning }) => beginning.token),
    verdicts.map(({ beginning }) => beginning.slot),
    verdicts.map(({ reason }) => (reason === undefined ? 'submitting' : 'suppressed')),
    verdicts.map(({ reason }) => reason ?? null),
  ])
  const attempts = new Map(moved.map(row => [row.id, row.attempts as number]))
  const verdictOf = new Map(verdicts.map(verdict => [verdict.beginning.id, verdict]))
  return beginnings.map(({ id }) => {
    const verdict = verdictOf.get(id)
    const attempt = attempts.get(id)
    if (verdict === undefined || attempt === undefined) return { status: 'lost' }
    if (verdict.reason !== undefined) return { status: 'suppressed', reason: verdict.reason }
    return { status: 'submitting', attempt, to: verdict.phone! }
  })
}

const hashesOf = (known: readonly { readonly phone: string | undefined }[], phoneHash: PhoneHash): string[] => [
  ...new Set(known.flatMap(({ phone }) => (phone === undefined ? [] : [phoneHash(phone)]))),
]

/** The claims that are still ours, with the number that holds now. */
function claimsOf(beginnings: readonly SmsBeginning[], rows: readonly SqlRow[]): Claim[] {
  const beginningOf = new Map(beginnings.map(beginning => [beginning.id, beginning]))
  return rows.map(row => {
    const beginning = beginningOf.get(row.id as string)!
    const customerId = (row.customer_id as string | null) ?? undefined
    const phone = customerId === undefined ? beginning.phone : ((row.phone as string | null) ?? undefined)
    return { beginning, class: row.class as Claim['class'], customerId, phone, erased: row.erased as boolean }
  })
}

/** Which phones were stopped. Most are locked already; a number that changed after the claim is locked now, with a row if it has none. */
async function stoppedOf(tx: Tx, locked: readonly SqlRow[], hashes: Set<string>): Promise<Set<unknown>> {
  const known = new Set(locked.map(row => row.phone_hash))
  const missing = [...hashes].filter(hash => !known.has(hash))
  if (missing.length > 0) await tx.query(statements.addOptOuts, [missing])
  const late = missing.length > 0 ? await tx.query(statements.lockOptOuts, [missing]) : []
  return new Set([...locked, ...late].filter(row => row.stopped === true).map(row => row.phone_hash))
}

const claimedOf = ({ id, owner, sealed, link, phone, trace }: SqlRow): ClaimedSms => ({
  id: id as string,
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
  settlements.map(s => s.delayMs ?? 0),
]

/** Somebody who locks in another order may still cross us; Postgres ends one of the two, which then has changed nothing. */
async function againAfterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      const deadlock = error instanceof Error && 'code' in error && error.code === '40P01'
      if (!deadlock || tried === TRIES) throw error
    }
  }
}
