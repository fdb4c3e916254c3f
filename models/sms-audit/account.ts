import type { SmsStatus } from '../../schemas/events.ts'
import type { GatewayRow, LedgerText } from './tellings.ts'
import { ToldResults } from './told-results.ts'

/** Of a text on the log: `waiting` while nobody has folded its request yet. */
export type Asked = 'folded' | 'waiting'

/**
 * What gateway, ledger and log say of one text. Of each no more is kept than it takes to tell whether they agree, for there are millions;
 * so the gateway's record comes first, and the ledger is compared with it as it comes.
 */
export class Account {
  readonly id: string
  /** Submissions that the gateway took. */
  taken = 0
  refused = 0
  /** One of the gateway's rows is of the time that is looked at. */
  inWindow = false
  /** The first of those taken, and the others. */
  private first: Pick<GatewayRow, 'id' | 'phone' | 'at'> | undefined
  private others: GatewayRow[] | undefined
  status: SmsStatus | undefined
  reason: string | undefined
  requestedAt = 0
  transitions = 0
  reportedTo = 0
  mayHaveGone = false
  wasUnknown = false
  /** Both sides have the number, and it is the same one, or is not. */
  number: 'same' | 'other' | undefined
  /** The gateway's id and the ledger's, where these differ. */
  otherId: readonly [gateway: string, ledger: string] | undefined
  /** What does not fit in the ledger itself. */
  brokenHistory: string | undefined
  asked: Asked | undefined
  told: ToldResults | undefined

  constructor(id: string) {
    this.id = id
  }

  addGateway(row: GatewayRow, inWindow: boolean): void {
    this.inWindow ||= inWindow
    if (!row.taken) this.refused++
    else if (++this.taken === 1) this.first = { id: row.id, phone: row.phone, at: row.at }
    else if (this.others === undefined) this.others = [row]
    else this.others.push(row)
  }

  /** A later look takes the place of an earlier one. */
  setLedger(text: LedgerText): void {
    const { history, gatewayId } = text
    this.status = text.status
    this.reason = text.reason
    this.requestedAt = text.requestedAt
    this.transitions = text.transitions
    // What is told after the log was read is not expected on it.
    if (this.told === undefined) this.reportedTo = history.reportedTo
    this.mayHaveGone = history.mayHaveGone
    this.wasUnknown = history.wasUnknown
    this.brokenHistory = brokenHistory(text)
    const { submissions } = this
    if (this.first?.phone !== undefined && text.phone !== undefined)
      this.number = submissions.every(({ phone }) => phone === text.phone) ? 'same' : 'other'
    const id = this.first?.id
    // Some gateways tell no id; then the text's own stands in the ledger.
    const differs = id !== undefined && gatewayId !== undefined && gatewayId !== this.id
    this.otherId = differs && !submissions.some(taken => taken.id === gatewayId) ? [id, gatewayId] : undefined
  }

  tell(n: number, status: SmsStatus): void {
    this.told ??= new ToldResults()
    this.told.add(n, status)
  }

  /** Those taken. */
  get submissions(): readonly Pick<GatewayRow, 'id' | 'phone' | 'at'>[] {
    return this.first === undefined ? [] : [this.first, ...(this.others ?? [])]
  }

  /** The log knows of more than the ledger said when it was looked at. */
  get isBehind(): boolean {
    return this.told !== undefined && (this.status === undefined || this.told.highest > this.transitions)
  }
}

function brokenHistory({ status, transitions, attempts, history }: LedgerText): string | undefined {
  const { count, begun, last } = history
  if (count !== transitions) return `it has ${count} results, and says ${transitions}`
  if (last !== status) return `its last result is ${last ?? 'none'}, and it is ${status}`
  return begun === attempts ? undefined : `it was begun ${begun} times, and says ${attempts}`
}
