import type { SmsStatus } from '../../schemas/events.ts'

/** What a text's results in the ledger come to. */
export interface TextHistory {
  readonly count: number
  /** How many of them say `submitting`. */
  readonly begun: number
  readonly last: SmsStatus | undefined
  /** At some time a gateway had taken it, or may have. */
  readonly mayHaveGone: boolean
  readonly wasUnknown: boolean
  /** Results up to this number have been put on the log. */
  readonly reportedTo: number
}

/** A text as the ledger has it. Instants are epoch ms. */
export interface LedgerText {
  readonly id: string
  readonly status: SmsStatus
  /** Why it was suppressed. */
  readonly reason: string | undefined
  readonly requestedAt: number
  /** When it was last begun to be submitted. */
  readonly begunAt: number | undefined
  /** How many times that was. */
  readonly attempts: number
  /** How many results it must have. */
  readonly transitions: number
  /** What the gateway called it. */
  readonly gatewayId: string | undefined
  /** HMAC of the number it was last to go to. */
  readonly phone: string | undefined
  readonly history: TextHistory
}

/** A submission as the gateway's own record has it. */
export interface GatewayRow {
  /** What we called the text. */
  readonly reference: string
  /** What the gateway called it. */
  readonly id: string | undefined
  /** HMAC of the number. */
  readonly phone: string | undefined
  /** Epoch ms */
  readonly at: number | undefined
  /** False where the gateway says that it refused it. */
  readonly taken: boolean
}
