import { type GatewayAnswer, noCapabilities, type SmsGateway, type Submission } from '../../consumers/sms-gateway.ts'
import { type GatewayReply, isRefusal } from './gateway-call.ts'
import { type GatewayClientOptions, gatewayClient } from './gateway-client.ts'
import { parsedObject, storable, withoutPerson } from './gateway-words.ts'
import { throttled } from './throttled.ts'

export interface TwilioOptions extends GatewayClientOptions {
  /** The account's SID, or that of an API key; then `url` names the account. */
  readonly user: string
  readonly password: string
  /** Whom texts come from: a number, a short code, a name, or a messaging service's SID (MG…). */
  readonly sender: string
  /** Where Tarang can be called; without it receipts are not asked for, and `submitted` is final. */
  readonly callbackUrl?: string
}

/** Of a `ValidityPeriod`, in seconds; the longest is also what holds without one (error 90007). */
const VALIDITY = { least: 1, most: 36_000 } as const

/** The number said STOP to Twilio, which sends it nothing more. */
export const BLOCKED = 21610
/** Too many requests; the sender's queue is full. Neither took the text. */
const TOO_MANY = new Set([20429, 21611])
/** Our own credentials, account or sender are wrong: nothing was taken, and the text waits while somebody corrects them. */
const OUR_FAULT = new Set([20003, 20005, 20404, 21212, 21603, 21661, 21703])
/** The same where no code says more. */
const OUR_FAULT_HTTP = new Set([401, 403, 404])

/**
 * Twilio's Messages resource, or what is compatible with it (docs/twilio.md): POST, form-encoded, with basic authentication.
 *
 * Its create is not idempotent and it cannot be asked by a reference of ours, so whatever may have been taken (5xx, no answer, a 2xx without a
 * SID) waits for its receipt or an operator. Receipts carry the reference in their address, which Twilio signs.
 */
export function twilioGateway(options: TwilioOptions): SmsGateway {
  const { user, password, sender, callbackUrl, clock } = options
  const client = gatewayClient({ ...options, url: messagesUrl(options) }, readAnswer)
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  }
  return {
    name: 'twilio',
    timeoutMs: client.timeoutMs,
    capabilities: noCapabilities,
    send(submission) {
      const { to, text, reference, before } = submission
      const form = new URLSearchParams({ To: to, Body: text })
      form.set(/^MG[0-9a-f]{32}$/i.test(sender) ? 'MessagingServiceSid' : 'From', sender)
      if (callbackUrl !== undefined) form.set('StatusCallback', statusCallback(callbackUrl, reference))
      if (before !== undefined) form.set('ValidityPeriod', `${validity(before - clock.now())}`)
      return client.post(submission, headers, form.toString())
    },
    close: client.close,
  }
}

/** An address with a path is taken as it is; to another the account's is added. */
function messagesUrl({ url, user }: TwilioOptions): string {
  return new URL(url).pathname === '/' ? new URL(`/2010-04-01/Accounts/${user}/Messages.json`, url).href : url
}

const statusCallback = (url: string, reference: string): string =>
  `${url}/sms/receipts/twilio?ref=${Buffer.from(reference).toString('base64url')}`

const validity = (ms: number): number => Math.max(VALIDITY.least, Math.min(VALIDITY.most, Math.floor(ms / 1000)))

function readAnswer({ status, headers, body }: GatewayReply, submission: Submission): GatewayAnswer {
  const json = parsedObject(body)
  if (status >= 200 && status < 300) {
    const sid = typeof json?.sid === 'string' ? storable(json.sid) : ''
    return sid === '' ? { outcome: 'unknown', detail: `http ${status} without a sid` } : { outcome: 'submitted', gatewayId: sid }
  }
  if (!isRefusal(status)) return { outcome: 'unknown', detail: `http ${status}` }
  const code = typeof json?.code === 'number' ? json.code : undefined
  const detail = detailOf(status, code, json?.message, submission)
  if (status === 429 || (code !== undefined && TOO_MANY.has(code))) return throttled(detail, headers['retry-after'])
  if (code === undefined ? OUR_FAULT_HTTP.has(status) : OUR_FAULT.has(code)) return { outcome: 'unreached', detail }
  return code === BLOCKED ? { outcome: 'rejected', detail, stopped: true } : { outcome: 'rejected', detail }
}

function detailOf(status: number, code: number | undefined, message: unknown, submission: Submission): string {
  const numbered = code === undefined ? `http ${status}` : `twilio ${code}`
  const said = typeof message === 'string' ? withoutPerson(message, submission) : ''
  return said === '' ? numbered : storable(`${numbered}: ${said}`)
}
