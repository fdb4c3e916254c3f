/** Everything in which ledger, log and gateway can disagree, and what it means. */
export const discrepancies = {
  lost: 'went by the ledger, and the gateway has none',
  duplicated: 'at the gateway more than once',
  denied: 'at the gateway, and by the ledger it did not go',
  stranger: 'at the gateway, and the ledger does not know it',
  other_number: 'went to another number than by the ledger',
  other_id: 'has another id at the gateway than in the ledger',
  history: 'the ledger and its own results disagree',
  not_queued: 'asked for on the log, and not in the ledger',
  not_asked: 'in the ledger, and not asked for on the log',
  untold: 'results on the log by the ledger, and not there',
  unheard: 'results on the log that the ledger lacks',
  unreadable: 'lines of the record that cannot be read',
} as const

export type Discrepancy = keyof typeof discrepancies

/** One of them, of one text. */
export interface Finding {
  readonly kind: Discrepancy
  readonly id: string
  readonly detail: string
}
