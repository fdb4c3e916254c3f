import type { ReceiptStatus } from '../../serving/ports/sms-callbacks.ts'
import { storable } from './gateway-words.ts'

export interface ReadReceipt {
  readonly status: ReceiptStatus
  /** What the network said, in its words. */
  readonly detail: string
}

/** Of SMPP 3.4, appendix B: what is not here is a failure for good (DELETED, UNDELIV, UNKNOWN). */
const byWord: Readonly<Record<string, ReceiptStatus>> = {
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  REJECTD: 'rejected',
  ACCEPTD: 'submitted',
  ENROUTE: 'submitted',
}

/**
 * What Kannel tells: `%d`, a sum of 1 delivered, 2 not delivered, 4 queued by the network, 8 taken and 16 refused by it, 32 for what goes
 * no further; and `%A`, the network's own words. Undeliverable, rejected and expired may all come as 2 (expired also as 34), and the words
 * tell them apart. Undefined for what is none of these.
 */
export function readKannelReceipt(type: string, answer: string): ReadReceipt | undefined {
  const bits = /^\d{1,3}$/.test(type) ? Number(type) : 0
  const [, stat] = /\bstat:([A-Z]+)/.exec(answer) ?? []
  const [, err] = /\berr:(\w+)/.exec(answer) ?? []
  const detail = stat === undefined ? storable(answer.replace(/\/$/, '')) : err === undefined ? stat : `${stat} ${err}`
  if (bits & 1) return { status: 'delivered', detail }
  if (bits & 16) return { status: 'rejected', detail }
  if (bits & 2) return { status: failureOf(stat, (bits & 32) !== 0), detail }
  return bits & 12 ? { status: 'submitted', detail } : undefined
}

function failureOf(stat: string | undefined, over: boolean): ReceiptStatus {
  const told = stat === undefined ? undefined : byWord[stat]
  if (told === 'expired' || told === 'rejected') return told
  return stat === undefined && over ? 'expired' : 'undelivered'
}
