import { type GatewayAnswer, noCapabilities, type SmsGateway, type Submission } from '../../consumers/sms-gateway.ts'
import type { CallbackSignature } from '../../models/callback-signature.ts'
import { smsParts } from '../../models/sms-parts.ts'
import { type GatewayReply, isRefusal } from './gateway-call.ts'
import { type GatewayClientOptions, gatewayClient } from './gateway-client.ts'
import { storable, withoutPerson } from './gateway-words.ts'

export interface KannelOptions extends GatewayClientOptions {
  /** Of smsbox: `http://kannel:13013/cgi-bin/sendsms`. */
  readonly url: string
  /** Of a `sendsms-user` group, whose `default-sender` is who texts come from. */
  readonly user: string
  readonly password: string
  /** Where Tarang can be called, and how it knows who does; without it receipts are not asked for, and `submitted` is final. */
  readonly callbacks?: { readonly url: string; readonly signature: CallbackSignature }
}

/** `max-messages` of the `sendsms-user` group must not be less: Kannel cuts longer texts without a word. */
const MOST_PARTS = 10
/** All there is: delivered, not delivered, queued, taken and refused by the network. */
const ALL_RECEIPTS = 31

/**
 * Kannel 1.4.5's `sendsms`, by POST: user, password, number and text are in its headers and body, for addresses end up in logs.
 *
 * 202 is also its answer to an empty text, to one that is too long, and to what it merely queued; so the first two are refused here, and
 * of the rest the body tells. It gives no id: receipts carry the reference, in base64url because Kannel reads `%` codes in their address.
 * It cannot be asked what became of a text, and would send a repetition again.
 * 403 is a matter of our own user or password, nothing was taken: the text waits (`unreached`) while somebody corrects them. Every other
 * 4xx is a refusal of the text. All else may have been taken.
 */
export function kannelGateway(options: KannelOptions): SmsGateway {
  const client = gatewayClient(options, readAnswer)
  return {
    name: 'kannel',
    timeoutMs: client.timeoutMs,
    capabilities: noCapabilities,
    async send(submission) {
      const { encoding, parts } = smsParts(submission.text)
      if (submission.text === '') return { outcome: 'rejected', detail: 'text_empty' }
      if (parts > MOST_PARTS) return { outcome: 'rejected', detail: `text_too_long: ${parts} parts, ${MOST_PARTS} at most` }
      return client.post(submission, headersOf(options, submission, encoding === 'UCS-2' ? 2 : 0), submission.text)
    },
    close: client.close,
  }
}

const headersOf = (
  { user, password, callbacks, clock }: KannelOptions,
  { to, reference, before }: Submission,
  coding: 0 | 2,
) => ({
  'content-type': 'text/plain; charset=UTF-8',
  'x-kannel-username': user,
  'x-kannel-password': password,
  'x-kannel-to': to,
  'x-kannel-coding': `${coding}`,
  // In minutes from now, and never none: that would be for ever.
  ...(before === undefined ? {} : { 'x-kannel-validity': `${Math.max(1, Math.floor((before - clock.now()) / 60_000))}` }),
  ...(callbacks === undefined
    ? {}
    : { 'x-kannel-dlr-mask': `${ALL_RECEIPTS}`, 'x-kannel-dlr-url': receiptUrl(callbacks, reference) }),
})

/** Kannel fills in: `%d` what is told, `%A` in which words, `%F` the network's id. */
const receiptUrl = ({ url, signature }: NonNullable<KannelOptions['callbacks']>, reference: string): string =>
  `${url}/sms/receipts/kannel?ref=${Buffer.from(reference).toString('base64url')}&sig=${signature.sign(reference)}&type=%d&answer=%A&id=%F`

function readAnswer({ status, body }: GatewayReply, submission: Submission): GatewayAnswer {
  if (status === 202 && /^(0: Accepted for delivery|3: Queued for later delivery)\s*$/.test(body))
    return { outcome: 'submitted', gatewayId: submission.reference }
  const said = withoutPerson(body, submission)
  const detail = said === '' ? `http ${status}` : storable(`http ${status}: ${said}`)
  if (status === 403) return { outcome: 'unreached', detail }
  return { outcome: isRefusal(status) ? 'rejected' : 'unknown', detail }
}
