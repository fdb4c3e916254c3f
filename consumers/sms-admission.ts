import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { SmsRequest } from '../schemas/records.ts'

/** What is known of a claimed text at the moment it would be written; the ledger reads it under locks that keep it true until then. */
export interface SmsFacts {
  readonly class: SmsRequest['class']
  /** Of the seal around text and number: whether it opened, or its key is gone, or it is broken. */
  readonly seal: 'open' | 'erased' | 'unreadable'
  /** E.164, where one is known. */
  readonly phone: string | undefined
  /** The customer's word on texts; a bare number has none. */
  readonly consent: string | undefined
  /** STOP came from that phone, and no START since. */
  readonly stopped: boolean
}

export type SuppressionReason = 'erased' | 'unreadable' | 'no_phone' | 'invalid_number' | 'opted_out' | 'no_consent'

/** Why a text must not go out now; undefined when it may. STOP stops both classes; only marketing needs consent. */
export function suppression(facts: SmsFacts): SuppressionReason | undefined {
  if (facts.seal !== 'open') return facts.seal
  if (facts.phone === undefined) return 'no_phone'
  if (!parsePhoneNumberFromString(facts.phone)?.isValid()) return 'invalid_number'
  if (facts.stopped) return 'opted_out'
  if (facts.class === 'marketing' && facts.consent !== 'granted') return 'no_consent'
  return undefined
}
