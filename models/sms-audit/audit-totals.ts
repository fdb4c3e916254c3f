import type { SmsStatus } from '../../schemas/events.ts'
import type { Account } from './account.ts'
import { UNDER_WAY, WENT } from './judge.ts'

type Counts = Record<string, number>

/** Where all texts are. `asked` is `sent` + `rejected` + `suppressed` + `unknown` + `underWay`. */
export interface AuditTotals {
  /** Texts in the ledger. */
  readonly asked: number
  /** By the ledger the gateway took them. */
  readonly sent: number
  readonly rejected: number
  readonly suppressed: number
  readonly unknown: number
  readonly underWay: number
  /** The same, by status, and the suppressed by reason. */
  readonly statuses: Counts
  readonly reasons: Counts
  readonly unknownAtGateway: number
  /** Once unknown, and not any more. */
  readonly settled: number
  readonly gateway: { readonly texts: number; readonly submissions: number; readonly refused: number }
  /** Of how many texts both sides have the number, and it is another one. */
  readonly numbers: { readonly compared: number; readonly other: number }
  /** Null where the log was not read. `waiting`: requests not folded yet. `unreported`: texts with results not told yet. */
  readonly log: { readonly requests: number; readonly waiting: number; readonly unreported: number } | null
}

/** Adds texts up. */
export class Counting {
  private readonly statuses: Counts = {}
  private readonly reasons: Counts = {}
  private readonly gateway = { texts: 0, submissions: 0, refused: 0 }
  private readonly numbers = { compared: 0, other: 0 }
  private readonly log = { requests: 0, waiting: 0, unreported: 0 }
  private unknownAtGateway = 0
  private settled = 0

  add(account: Account): void {
    const { status, reason, taken, refused, number, asked, wasUnknown } = account
    if (taken > 0) this.gateway.texts++
    this.gateway.submissions += taken
    this.gateway.refused += refused
    if (asked !== undefined) this.log.requests++
    if (status === undefined) {
      if (asked === 'waiting') this.log.waiting++
      return
    }
    count(this.statuses, status)
    if (status === 'suppressed') count(this.reasons, reason ?? 'none')
    if (status === 'unknown' && taken > 0) this.unknownAtGateway++
    if (status !== 'unknown' && wasUnknown) this.settled++
    if (account.reportedTo < account.transitions) this.log.unreported++
    if (number !== undefined) this.numbers.compared++
    if (number === 'other') this.numbers.other++
  }

  totals(withLog: boolean): AuditTotals {
    const { statuses, reasons, gateway, numbers, log, settled, unknownAtGateway } = this
    const of = (...wanted: readonly SmsStatus[]) => wanted.reduce((sum, status) => sum + (statuses[status] ?? 0), 0)
    return {
      asked: Object.values(statuses).reduce((sum, n) => sum + n, 0),
      sent: of(...WENT),
      rejected: of('rejected'),
      suppressed: of('suppressed'),
      unknown: of('unknown'),
      underWay: of(...UNDER_WAY),
      statuses,
      reasons,
      unknownAtGateway,
      settled,
      gateway,
      numbers,
      log: withLog ? log : null,
    }
  }
}

function count(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
