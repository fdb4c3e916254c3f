import type { SmsStatus } from '../../schemas/events.ts'
import type { Account } from './account.ts'
import type { Finding } from './finding.ts'

/** By these the gateway has taken it. */
export const WENT: readonly SmsStatus[] = ['submitted', 'delivered', 'undelivered', 'expired']
export const UNDER_WAY: readonly SmsStatus[] = ['queued', 'claimed', 'submitting']

/** Where the log begins, epoch ms, if what was before is not kept; undefined: nobody read it. */
export type LogFrom = number | undefined

/** Everything that is wrong with one text. What is merely under way, or unknown, is not. */
export function* judge(account: Account, logFrom: LogFrom): Generator<Finding> {
  yield* judgeGateway(account)
  if (account.brokenHistory !== undefined) yield found('history', account, account.brokenHistory)
  if (logFrom !== undefined) yield* judgeLog(account, logFrom)
}

function* judgeGateway(account: Account): Generator<Finding> {
  const { status, taken, refused, number, otherId } = account
  if (status === undefined) {
    if (taken + refused > 0) yield found('stranger', account, taken > 0 ? seen(account) : 'it was refused there')
    return
  }
  if (taken > 1) yield found('duplicated', account, `${seen(account)}; the ledger says ${status}`)
  if (taken === 0 && WENT.includes(status)) yield found('lost', account, refused > 0 ? `${status}; it was refused there` : status)
  if (taken > 0 && !mayHaveGone(account)) yield found('denied', account, `the ledger says ${status}; ${seen(account)}`)
  if (number === 'other') yield found('other_number', account, seen(account))
  if (otherId !== undefined) yield found('other_id', account, `${otherId[0]} there, ${otherId[1]} in the ledger`)
}

const mayHaveGone = ({ status, mayHaveGone }: Account): boolean =>
  mayHaveGone || status === 'submitting' || status === 'unknown' || WENT.includes(status!)

function* judgeLog(account: Account, logFrom: number): Generator<Finding> {
  const { status, requestedAt, transitions, reportedTo, asked, told } = account
  if (status === undefined) {
    if (asked === 'folded') yield found('not_queued', account, 'its request is folded')
    if (told !== undefined) yield found('unheard', account, `${told.highest}: ${told.status}`)
    return
  }
  const kept = requestedAt >= logFrom
  if (kept && asked === undefined) yield found('not_asked', account, status)
  if (kept && reportedTo > (told?.upTo ?? 0)) yield found('untold', account, `the first is its ${(told?.upTo ?? 0) + 1}.`)
  if (told === undefined) return
  if (told.highest > transitions)
    yield found('unheard', account, `${told.highest}: ${told.status}; the ledger has ${transitions}`)
  else if (told.highest === transitions && told.status !== status)
    yield found('unheard', account, `${told.highest}: ${told.status}; the ledger says ${status}`)
}

const found = (kind: Finding['kind'], { id }: Account, detail: string): Finding => ({ kind, id, detail })

/** The gateway's submissions: ids and instants, never numbers. */
const seen = ({ submissions }: Account): string =>
  `the gateway has ${submissions.map(({ id, at }) => [id ?? 'one', ...(at === undefined ? [] : [new Date(at).toISOString()])].join(' at ')).join(', ')}`
