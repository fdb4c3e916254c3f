import type { GatewayAnswer, SmsGateway, Submission } from '../../consumers/sms-gateway.ts'
import { type GatewayReply, isRefusal } from './gateway-call.ts'
import { type GatewayClientOptions, gatewayClient } from './gateway-client.ts'
import { parsedObject, storable, withoutPerson } from './gateway-words.ts'
import { httpQuery } from './http-query.ts'
import { throttled } from './throttled.ts'

export interface HttpGatewayOptions extends GatewayClientOptions {
  /** The value of `Authorization`, or another header as `Name: value`. */
  readonly authHeader?: string
  /** Where it can be asked what became of a text, with `{reference}` in it. */
  readonly queryUrl?: string
  /** A text that comes again under its reference is not sent again. */
  readonly recognises?: boolean
}

/**
 * The generic gateway: POST JSON `{ to, text, reference }`, 2xx `{ id }` back (contracts/api.md); with `validUntil` where quiet hours are to come.
 *
 * 429 is "not now", `Retry-After` in seconds says until when. Another 4xx is a refusal. What answers anything else but 2xx with an id may have been taken (`unknown`).
 */
export function httpGateway({ authHeader, queryUrl, recognises = false, ...options }: HttpGatewayOptions): SmsGateway {
  const client = gatewayClient(options, (reply, submission) => readAnswer(reply, submission, recognises))
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization(authHeader) }
  return {
    name: 'http',
    timeoutMs: client.timeoutMs,
    capabilities: {
      recognises,
      ...(queryUrl === undefined ? {} : { find: httpQuery({ url: queryUrl, headers, timeoutMs: client.timeoutMs }) }),
    },
    send(submission) {
      const { to, text, reference, before } = submission
      const validUntil = before === undefined ? undefined : new Date(before).toISOString()
      return client.post(submission, headers, JSON.stringify({ to, text, reference, validUntil }))
    },
    close: client.close,
  }
}

/** The header that a setting stands for. */
export function authorization(setting: string | undefined): Record<string, string> {
  if (setting === undefined) return {}
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.+)$/.exec(setting) ?? []
  return name === undefined || value === undefined ? { authorization: setting } : { [name.toLowerCase()]: value }
}

/** What recognises repetitions answers so to one whose first is still under way: of that it proves nothing. */
const UNDER_WAY = 409

function readAnswer({ status, headers, body }: GatewayReply, submission: Submission, recognises: boolean): GatewayAnswer {
  const json = parsedObject(body)
  if (status >= 200 && status < 300) {
    const gatewayId = typeof json?.id === 'string' || typeof json?.id === 'number' ? storable(String(json.id)) : ''
    return gatewayId === '' ? { outcome: 'unknown', detail: `http ${status} without an id` } : { outcome: 'submitted', gatewayId }
  }
  if (!isRefusal(status) || (recognises && status === UNDER_WAY)) return { outcome: 'unknown', detail: `http ${status}` }
  const said = [json?.code, json?.error, json?.message].find(word => typeof word === 'string')
  const detail = typeof said === 'string' ? `http ${status}: ${withoutPerson(said, submission)}` : `http ${status}`
  return status === 429 ? throttled(detail, headers['retry-after']) : { outcome: 'rejected', detail }
}
