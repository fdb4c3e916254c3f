import { smsText } from '../models/sms-text.ts'
import type { Keyring } from '../streams/keyring.ts'
import type { ClaimedSms } from './sms-ledger.ts'

/** What is to be sent, and to which number where no customer is named. Nothing of a seal that did not open. */
export interface OpenedSms {
  readonly seal: 'open' | 'erased' | 'unreadable'
  /** As the phone shows it, with its link. */
  readonly text: string
  readonly to: string | undefined
}

/** What the seal holds. A broken one is the request's fault, not ours: it is suppressed, and its neighbours go on. */
export function openSms(keyring: Keyring, { owner, sealed, link, shortLink }: ClaimedSms): OpenedSms {
  const nothing = { text: '', to: undefined }
  try {
    const personal = keyring.open(owner, sealed)
    if (personal === undefined) return { seal: 'erased', ...nothing }
    const { text, to } = personal
    if (typeof text !== 'string' || (to !== undefined && typeof to !== 'string')) return { seal: 'unreadable', ...nothing }
    return { seal: 'open', text: smsText(text, link, shortLink), to }
  } catch {
    return { seal: 'unreadable', ...nothing }
  }
}
