import { smsText } from '../models/sms-text.ts'
import type { Keyring } from '../streams/keyring.ts'
import type { FillText, TextStep } from './fill-text.ts'
import type { ClaimedSms } from './sms-ledger.ts'

/** What is to be sent, and to which number where no customer is named. Nothing of a seal that did not open, or of a text that nothing is known for. */
export interface OpenedSms {
  readonly seal: 'open' | 'erased' | 'unreadable' | 'value_missing'
  /** As the phone shows it, with its link; a step's text as its author wrote it. */
  readonly text: string
  readonly to: string | undefined
  /** Of a step of a flow: what fills its text in. */
  readonly step?: TextStep | undefined
}

const nothing = { text: '', to: undefined }

/** What the seal holds. A broken one is the request's fault, not ours: it is suppressed, and its neighbours go on. */
export function openSms(keyring: Keyring, { owner, sealed, link, shortLink }: ClaimedSms): OpenedSms {
  try {
    const personal = keyring.open(owner, sealed)
    if (personal === undefined) return { seal: 'erased', ...nothing }
    const { text, to, step } = personal
    if (typeof text !== 'string' || (to !== undefined && typeof to !== 'string')) return { seal: 'unreadable', ...nothing }
    if (step !== undefined) return { seal: 'open', text, to, step: step as TextStep } // only our own flows seal one
    return { seal: 'open', text: smsText(text, link, shortLink), to }
  } catch {
    return { seal: 'unreadable', ...nothing }
  }
}

/** The same with what a step's text leaves open filled in as of now. */
export async function filledSms(opened: OpenedSms, row: ClaimedSms, fill: FillText | undefined): Promise<OpenedSms> {
  if (opened.step === undefined) return opened
  const filled = (await fill?.(row.owner, opened.text, opened.step)) ?? { refused: 'nobody fills texts in here' }
  if ('refused' in filled) return { seal: 'value_missing', ...nothing }
  return { seal: 'open', text: smsText(filled.text, row.link, row.shortLink), to: opened.to }
}
