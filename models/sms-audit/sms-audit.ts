import type { SmsStatus } from '../../schemas/events.ts'
import { Account, type Asked } from './account.ts'
import { type AuditTotals, Counting } from './audit-totals.ts'
import type { Finding } from './finding.ts'
import { judge, type LogFrom } from './judge.ts'
import type { GatewayRow, LedgerText } from './tellings.ts'

/** What is compared: texts begun to be submitted, or else asked for, at `since ≤ t < until`, epoch ms. */
export interface AuditWindow {
  readonly since: number
  readonly until: number
}

/**
 * Compares what a gateway recorded with ledger and log, text by text.
 *
 * The order of the tellings matters where texts go out meanwhile: the gateway's record, then the ledger, then the log; then those of
 * `behind` in the ledger again, for what was told after the first look. Whatever is in an earlier one must then be in the later ones.
 * Some 500 bytes are kept of a text.
 */
export class SmsAudit {
  private readonly window: AuditWindow
  private readonly accounts = new Map<string, Account>()
  private readonly reasons = new Map<string, string>()
  /** Outside of the window by the ledger: the gateway may have them all the same. */
  private readonly passed = new Set<string>()
  private logFrom: LogFrom

  constructor(window: AuditWindow = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }) {
    this.window = window
  }

  atGateway(row: GatewayRow): void {
    this.account(row.reference).addGateway(row, row.at === undefined || this.covers(row.at))
  }

  inLedger(text: LedgerText): void {
    if (!this.covers(text.begunAt ?? text.requestedAt)) {
      this.accounts.delete(text.id)
      this.passed.add(text.id)
      return
    }
    const { reason } = text
    if (reason !== undefined && !this.reasons.has(reason)) this.reasons.set(reason, reason)
    // Each row brings a string of its own, and there are few that differ.
    this.account(text.id).setLedger({ ...text, reason: reason === undefined ? undefined : this.reasons.get(reason) })
  }

  /** The log was read, and begins there (epoch ms): nothing before that can be missed. */
  logRead(from: number): void {
    this.logFrom = from
  }

  /** A request of `sms-requests`. */
  asked(id: string, at: number, asked: Asked): void {
    if (this.isOutside(id, at)) return
    const account = this.account(id)
    // Of several under one id the first is the one that counts.
    account.asked = account.asked === 'folded' ? 'folded' : asked
  }

  /** A result of `sms-results`: the text's `n`th. */
  told(id: string, at: number, n: number, status: SmsStatus): void {
    if (this.isOutside(id, at)) return
    this.account(id).tell(n, status)
  }

  /** Texts to look up in the ledger once more after the log. */
  *behind(): Generator<string> {
    for (const account of this.accounts.values()) if (account.isBehind) yield account.id
  }

  *findings(): Generator<Finding> {
    for (const account of this.accounts.values()) if (this.isCovered(account)) yield* judge(account, this.logFrom)
  }

  totals(): AuditTotals {
    const counting = new Counting()
    for (const account of this.accounts.values()) if (this.isCovered(account)) counting.add(account)
    return counting.totals(this.logFrom !== undefined)
  }

  private account(id: string): Account {
    const known = this.accounts.get(id)
    if (known !== undefined) return known
    const account = new Account(id)
    this.accounts.set(id, account)
    return account
  }

  private covers(at: number): boolean {
    return at >= this.window.since && at < this.window.until
  }

  private isOutside(id: string, at: number): boolean {
    return this.passed.has(id) || (this.accounts.get(id)?.status === undefined && !this.covers(at))
  }

  /** What the ledger does not know is judged by the others' clocks. */
  private isCovered({ status, told, asked, inWindow }: Account): boolean {
    return inWindow || status !== undefined || told !== undefined || asked !== undefined
  }
}
