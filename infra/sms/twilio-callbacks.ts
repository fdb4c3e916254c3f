import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { blockDetail } from '../../consumers/provider-block.ts'
import type { Shop } from '../../schemas/shop.ts'
import type { TwilioCallbacks, TwilioPost } from '../../serving/ports/sms-callbacks.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import { storable } from '../gateways/gateway-words.ts'
import { readTwilioReceipt } from '../gateways/twilio-receipt.ts'
import { signedByTwilio } from '../gateways/twilio-signature.ts'
import type { smsInbound } from './sms-inbound.ts'
import type { SmsReceipts } from './sms-receipts.ts'

export interface TwilioCallbackPorts {
  /** What Twilio signs with, and the address it was given; without them whatever comes is forged. */
  readonly signed: { readonly authToken: string; readonly callbackUrl: string } | undefined
  readonly receipts: SmsReceipts
  readonly hear: ReturnType<typeof smsInbound>
  /** That a number (E.164) said STOP to Twilio. */
  readonly stop: (phone: string) => Promise<void>
  readonly region: Shop['region']
  readonly clock: Clock
  readonly meter: Meter
}

/** What Twilio itself made of a text, where its own words for STOP and START are others than ours. */
const optOut: ReadonlyMap<string, 'stop' | 'start'> = new Map([
  ['STOP', 'stop'],
  ['START', 'start'],
])

/** What Twilio calls back with, checked and read. */
export function twilioCallbacks({ signed, receipts, hear, stop, region, clock, meter }: TwilioCallbackPorts): TwilioCallbacks {
  const isTwilio = ({ path, form, signature }: TwilioPost) =>
    signed !== undefined && signedByTwilio(signed.authToken, signed.callbackUrl + path, form, signature)
  const phoneIn = (text: string) => {
    const phone = /^[a-z]/i.test(text) ? undefined : parsePhoneNumberFromString(text, region) // `whatsapp:+1…` is another channel
    return phone?.isValid() === true ? phone.number : undefined
  }

  return {
    async receipt(post, ref) {
      if (!isTwilio(post)) return 'forged'
      const { form } = post
      const read = readTwilioReceipt(form.get('MessageStatus') ?? '', form.get('ErrorCode') ?? '')
      if (read === undefined) return 'unreadable'
      const { status, stopped } = read
      const to = phoneIn(form.get('To') ?? '')
      if (stopped && to !== undefined) await stop(to)
      await receipts.take({
        requestId: Buffer.from(ref, 'base64url').toString('utf8'),
        gateway: 'twilio',
        gatewayId: storable(form.get('MessageSid') ?? '') || undefined,
        status,
        detail: stopped ? blockDetail(read.detail) : read.detail,
      })
      meter.count('sms_receipts_total', { status })
      return 'kept'
    },
    async inbound(post, { requestId }) {
      if (!isTwilio(post)) return 'forged'
      const { form } = post
      const phone = phoneIn(form.get('From') ?? '')
      meter.count('sms_inbound_total', { result: phone === undefined ? 'unreadable' : 'heard' })
      if (phone === undefined) return 'unreadable'
      const word = optOut.get((form.get('OptOutType') ?? '').toUpperCase())
      const answered = form.has('OptOutType') // it is there where Twilio has answered, HELP too
      const inbound = { phone, text: form.get('Body') ?? '', at: clock.now(), answered }
      await hear(word === undefined ? inbound : { ...inbound, word }, requestId)
      return 'kept'
    },
  }
}
