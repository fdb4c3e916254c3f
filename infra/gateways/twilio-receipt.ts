import type { ReceiptStatus } from '../../serving/ports/sms-callbacks.ts'
import { BLOCKED } from './twilio.ts'

export interface TwilioReceipt {
  readonly status: ReceiptStatus
  readonly detail: string
  /** The number said STOP to Twilio. */
  readonly stopped: boolean
}

/** `failed` never left Twilio; `undelivered` was lost on the way behind it. */
const byStatus: ReadonlyMap<string, ReceiptStatus> = new Map([
  ['accepted', 'submitted'],
  ['scheduled', 'submitted'],
  ['queued', 'submitted'],
  ['sending', 'submitted'],
  ['sent', 'submitted'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'rejected'],
  ['canceled', 'rejected'],
])
/** It waited longer in Twilio's queue than it may (30001), or than we said (30036). */
const EXPIRED = new Set([30001, 30036])

/** What a status callback tells; undefined for a word that is none of Twilio's. */
export function readTwilioReceipt(messageStatus: string, errorCode: string): TwilioReceipt | undefined {
  const status = byStatus.get(messageStatus.toLowerCase())
  if (status === undefined) return undefined
  const code = /^\d{1,6}$/.test(errorCode) ? Number(errorCode) : 0
  const failed = status === 'rejected' || status === 'undelivered'
  const detail = code === 0 ? messageStatus.toLowerCase() : `twilio ${code}`
  return { status: failed && EXPIRED.has(code) ? 'expired' : status, detail, stopped: code === BLOCKED }
}
