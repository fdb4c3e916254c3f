import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { CallbackSignature } from '../../models/callback-signature.ts'
import type { Shop } from '../../schemas/shop.ts'
import type { SmsCallbacks } from '../../serving/ports/sms-callbacks.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import { storable } from '../gateways/gateway-words.ts'
import { readKannelReceipt } from '../gateways/kannel-receipt.ts'
import type { smsInbound } from './sms-inbound.ts'
import type { SmsReceipts } from './sms-receipts.ts'

export interface KannelCallbackPorts {
  /** Without one nobody has an address of ours, and whatever comes is forged. */
  readonly signature: CallbackSignature | undefined
  readonly receipts: SmsReceipts
  readonly hear: ReturnType<typeof smsInbound>
  readonly region: Shop['region']
  readonly clock: Clock
  readonly meter: Meter
}

/** 8-bit data (`%c` of 1) is no text. */
const BINARY = '1'

/** What Kannel calls back with, checked and read. */
export function kannelCallbacks({ signature, receipts, hear, region, clock, meter }: KannelCallbackPorts): SmsCallbacks {
  return {
    async receipt({ ref, sig, type, answer = '', id = '' }) {
      const requestId = Buffer.from(ref, 'base64url').toString('utf8')
      if (signature === undefined || !signature.signed(requestId, sig)) return 'forged'
      const read = readKannelReceipt(type, answer)
      if (read === undefined) return 'unreadable'
      await receipts.take({ requestId, gateway: 'kannel', gatewayId: storable(id) || undefined, ...read })
      meter.count('sms_receipts_total', { status: read.status })
      return 'kept'
    },
    async inbound({ key, from, text = '', coding, t = '' }, { requestId }) {
      if (signature === undefined || !signature.isKey(key)) return 'forged'
      const phone = parsePhoneNumberFromString(from, region)
      const readable = phone?.isValid() === true && coding !== BINARY
      meter.count('sms_inbound_total', { result: readable ? 'heard' : 'unreadable' })
      if (!readable) return 'unreadable'
      const now = clock.now()
      const at = /^\d{1,11}$/.test(t) ? Math.min(now, Number(t) * 1000) : now
      await hear({ phone: phone.number, text, at }, requestId)
      return 'kept'
    },
  }
}
