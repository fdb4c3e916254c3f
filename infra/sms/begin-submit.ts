import { type Admission, admit, type SmsFacts, type SmsRules } from '../../consumers/sms-admission.ts'
import { armOf } from '../../consumers/sms-arm.ts'
import type { SmsBeginning, SmsBegun } from '../../consumers/sms-ledger.ts'
import type { PhoneHash } from '../../models/phone-hash.ts'
import { capsReach } from '../../models/sms-caps.ts'
import type { SmsKeyword } from '../../models/sms-keyword.ts'
import type { OpenTx, SqlRow, Tx } from '../../streams/sql.ts'
import * as statements from './ledger-statements.ts'

export interface BeginOptions {
  readonly phoneHash: PhoneHash
  readonly rules: SmsRules
  /** The name of the gateway they go to. */
  readonly gateway: string
}

/** A claim that is still ours, with the facts that hold now. */
interface Claim {
  readonly beginning: SmsBeginning
  /** Of the phone, where there is one. */
  readonly hash: string | undefined
  readonly facts: Omit<SmsFacts, 'consent' | 'stopped' | 'went' | 'confirms'>
  /** The newest keyword that came from whoever has the phone. */
  readonly keyword: Word | undefined
  /** The keyword that it is the reply to, and when that was said (epoch ms). */
  readonly confirms: { readonly keyword: SmsKeyword; readonly at: number } | undefined
  /** It may have gone before: then nothing can suppress it any more, and it has been counted under its caps. */
  readonly doubtful: boolean
}

/** STOP or START, and when it was said (epoch ms). */
export interface Word {
  readonly stopped: boolean
  readonly at: number
}

/**
 * Takes claims on, or not, in one transaction. Locks in one order: customers, claims, phones; so no two of these wait for each other in a circle.
 * The first three statements are in flight together, and COMMIT with the last.
 */
export async function beginAll(
  tx: OpenTx,
  beginnings: readonly SmsBeginning[],
  { phoneHash, rules, gateway }: BeginOptions,
): Promise<SmsBegun[]> {
  const ids = beginnings.map(({ id }) => id)
  const phones = beginnings.flatMap(({ phone }) => (phone === undefined ? [] : [phoneHash(phone)]))
  const [customers, rows, optOuts] = await Promise.all([
    tx.query(statements.lockCustomers, [ids]),
    tx.query(statements.lockClaims, [ids, beginnings.map(({ token }) => token), beginnings.map(({ phone }) => phone ?? null)]),
    tx.query(statements.lockOptOuts, [[...new Set(phones)]]),
  ])
  const known = new Map(customers.map(row => [row.customer_id, row]))
  const claims = claimsOf(beginnings, rows, phoneHash)
  const words = await wordsOf(tx, optOuts, new Set(claims.flatMap(({ hash }) => hash ?? [])))
  const begun = new Map<string, SmsBegun>()
  const all = rounds(claims, rules)
  for (const [i, round] of all.entries()) {
    const went = await wentOf(tx, round, rules)
    const verdicts = round.map(claim => verdictOn(claim, rules, known, words.get(claim.hash), went.get(claim.hash) ?? []))
    const asked = tx.query(statements.begin, [...beginColumns(verdicts), gateway])
    const rows = await (i === all.length - 1 ? tx.andCommit(asked) : asked)
    const moved = new Map(rows.map(row => [row.id, row]))
    for (const { claim, admission } of verdicts) {
      const row = moved.get(claim.beginning.id)
      if (row !== undefined) begun.set(claim.beginning.id, begunAs(admission, row, claim))
    }
  }
  return ids.map(id => begun.get(id) ?? { status: 'lost' })
}

/** What the rules say of a claim now. `customers` are the locked rows; `word` and `went` are those of its phone. */
function verdictOn(
  claim: Claim,
  rules: SmsRules,
  customers: ReadonlyMap<unknown, SqlRow>,
  word: Word | undefined,
  went: readonly number[],
): Verdict {
  const { customerId } = claim.facts
  const customer = customerId === undefined ? undefined : customers.get(customerId)
  const consent = text(customer?.consent)
  const held = heldWord(word, claim.keyword)
  const stopped = held?.stopped ?? false
  const confirms = confirmed(claim.confirms, held)
  const asked = claim.doubtful ? { ...rules, caps: [] } : rules
  return {
    claim,
    admission: admit(asked, { ...claim.facts, consent, stopped, confirms, went }),
    segment: text(customer?.segment),
  }
}

function claimsOf(beginnings: readonly SmsBeginning[], rows: readonly SqlRow[], phoneHash: PhoneHash): Claim[] {
  const beginningOf = new Map(beginnings.map(beginning => [beginning.id, beginning]))
  return rows.map(row => {
    const beginning = beginningOf.get(row.id as string)!
    const customerId = (row.customer_id as string | null) ?? undefined
    const phone = customerId === undefined ? beginning.phone : ((row.phone as string | null) ?? undefined)
    const facts = {
      class: row.class as SmsFacts['class'],
      seal: row.erased === true ? 'erased' : beginning.seal,
      phone,
      customerId,
      campaignId: text(row.campaign_id),
      whereabouts: { timeZone: text(row.zone), city: text(row.city), country: text(row.country) },
      now: row.now as number,
    } as const
    const keyword = row.keyword === null ? undefined : { stopped: row.keyword === 'stop', at: row.keyword_at as number }
    const hash = phone === undefined ? undefined : phoneHash(phone)
    const confirms = row.confirms === null ? undefined : { keyword: row.confirms as SmsKeyword, at: row.confirms_at as number }
    return { beginning, hash, facts, keyword, confirms, doubtful: row.doubtful === true }
  })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** What stands on each phone's own row. Most are locked already; a number that changed after the claim is locked now, with a row if it has none. */
async function wordsOf(tx: Tx, locked: readonly SqlRow[], hashes: Set<string>): Promise<Map<unknown, Word>> {
  const known = new Set(locked.map(row => row.phone_hash))
  const missing = [...hashes].filter(hash => !known.has(hash))
  if (missing.length > 0) await tx.query(statements.addOptOuts, [missing])
  const late = missing.length > 0 ? await tx.query(statements.lockOptOuts, [missing]) : []
  return new Map([...locked, ...late].map(row => [row.phone_hash, wordOf(row)]))
}

/** A STOP of which nobody knows when it was said is lifted by no START that somebody once wrote, only by one that takes its place. */
export function wordOf({ stopped, since }: SqlRow): Word {
  const whenUnknown = stopped === true ? Number.POSITIVE_INFINITY : 0
  return { stopped: stopped === true, at: (since as number | null) ?? whenUnknown }
}

/** Whether STOP holds. */
export const isStopped = (own: Word | undefined, said: Word | undefined): boolean => heldWord(own, said)?.stopped ?? false

/** The newer word holds; of two at once, STOP. */
function heldWord(own: Word | undefined, said: Word | undefined): Word | undefined {
  if (own === undefined || said === undefined) return own ?? said
  return own.at > said.at || (own.at === said.at && own.stopped) ? own : said
}

/** What a reply confirms, in sight of the word that holds: whoever asks for help after their STOP wants an answer. */
function confirmed(confirms: Claim['confirms'], held: Word | undefined): SmsFacts['confirms'] {
  return confirms && { keyword: confirms.keyword, afterStop: held?.stopped === true && held.at <= confirms.at }
}

/** Where there are caps, texts to one phone go one after the other, so that each counts those before it that really went. */
function rounds(claims: readonly Claim[], { caps }: SmsRules): readonly (readonly Claim[])[] {
  if (caps.length === 0) return [claims]
  const all: Claim[][] = []
  const before = new Map<string, number>()
  for (const claim of claims) {
    const counted = claim.facts.class === 'marketing' ? claim.hash : undefined
    const round = counted === undefined ? 0 : (before.get(counted) ?? 0)
    if (counted !== undefined) before.set(counted, round + 1)
    all[round] = [...(all[round] ?? []), claim]
  }
  return all
}

/** When marketing texts went to the phone of each that would go now, or to its customer. */
async function wentOf(tx: Tx, claims: readonly Claim[], { caps }: SmsRules): Promise<Map<string | undefined, number[]>> {
  const went = new Map<string | undefined, number[]>()
  const counted = claims.filter(({ facts, hash }) => facts.class === 'marketing' && hash !== undefined)
  if (caps.length === 0 || counted.length === 0) return went
  const since = Math.min(...counted.map(({ facts }) => facts.now)) - capsReach(caps)
  const hashes = counted.map(({ hash }) => hash!)
  const rows = await tx.query(statements.went, [hashes, counted.map(({ facts }) => facts.customerId ?? null), since])
  for (const row of rows) {
    const hash = row.phone_hash as string
    went.set(hash, [...(went.get(hash) ?? []), row.begun_at as number])
  }
  return went
}

interface Verdict {
  readonly claim: Claim
  readonly admission: Admission
  /** Where the customer stands now. */
  readonly segment: string | undefined
}

const STATUS = { go: 'submitting', suppress: 'suppressed', wait: 'queued' } as const
const statusOf = ({ claim, admission }: Verdict) =>
  claim.doubtful && admission.verdict === 'suppress' ? 'unknown' : STATUS[admission.verdict]

const beginColumns = (verdicts: readonly Verdict[]) => [
  verdicts.map(({ claim }) => claim.beginning.id),
  verdicts.map(({ claim }) => claim.beginning.token),
  verdicts.map(({ claim }) => claim.beginning.slot),
  verdicts.map(statusOf),
  verdicts.map(({ admission }) => reasonOf(admission)),
  verdicts.map(({ claim }) => claim.hash ?? null),
  verdicts.map(({ admission }) => (admission.verdict === 'wait' ? admission.until : 0)),
  verdicts.map(({ claim, admission }) => armOf(claim.facts, admission) ?? null),
  verdicts.map(({ segment }) => segment ?? null),
]

/** As it stands in the ledger: of a cap also which one, of a holdout whether it is the campaign's own. */
function reasonOf(admission: Admission): string | null {
  if (admission.verdict === 'go') return null
  if (admission.verdict === 'wait') return 'quiet_hours'
  return admission.detail === undefined ? admission.reason : `${admission.reason}: ${admission.detail}`
}

function begunAs(admission: Admission, { attempts, excused }: SqlRow, { facts, doubtful }: Claim): SmsBegun {
  if (admission.verdict === 'wait') return { status: 'waiting', until: admission.until }
  if (admission.verdict === 'suppress' && doubtful) return { status: 'unknown' }
  if (admission.verdict === 'suppress') return { status: 'suppressed', reason: admission.reason }
  const counts = { attempt: attempts as number, excused: excused as number, doubtful }
  return { status: 'submitting', ...counts, to: facts.phone!, before: admission.before }
}
