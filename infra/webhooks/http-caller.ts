import { Agent, request } from 'undici'
import type { WebhookAnswer, WebhookCall, WebhookCaller } from '../../consumers/webhook-caller.ts'
import { isPrivateHost } from '../../models/flow/private-host.ts'
import { linkHosts } from '../../models/link-hosts.ts'
import type { WebhookSigner } from '../../models/webhook-signature.ts'
import type { Clock } from '../../streams/clock.ts'
import { version } from '../version.ts'
import { checkedLookup, PrivateAddress, type Resolve } from './checked-lookup.ts'

export interface HttpCallerOptions {
  /** Hosts that may be called (TARANG_WEBHOOK_HOSTS). */
  readonly hosts: readonly string[]
  /** Whether calls may go to private networks, and by plain http (TARANG_WEBHOOK_ALLOW_PRIVATE). */
  readonly allowPrivate: boolean
  readonly signer: WebhookSigner
  readonly clock: Clock
  /** A call is over after so long, in ms: name, connection, answer and all. */
  readonly timeoutMs?: number
  /** Only tests pass it. */
  readonly resolve?: Resolve
}

/** What a receiver says beyond it is of no use to anybody. */
const LARGEST_ANSWER = 65_536
/** A receiver that says "next year" must not park calls for so long. */
const LONGEST_MS = 3_600_000

/**
 * Calls webhooks over HTTP. The hosts are looked at again, for who may be called may be another since the launch. Redirects are not followed: they
 * would lead to where nobody looked.
 */
export function httpCaller(options: HttpCallerOptions): WebhookCaller {
  const { hosts, allowPrivate, signer, clock, timeoutMs = 10_000, resolve } = options
  const mayCall = linkHosts(hosts)
  const agent = new Agent({
    connect: { timeout: timeoutMs, lookup: checkedLookup({ allowPrivate, resolve }) },
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const refusalOf = (url: string): string | undefined => {
    const { protocol, hostname } = new URL(url)
    if (!mayCall(url)) return `${hostname} is no host that webhooks may call.`
    if (allowPrivate) return undefined
    if (protocol !== 'https:') return 'Webhooks are called over https only.'
    return isPrivateHost(hostname) ? `${hostname} is within a private network.` : undefined
  }

  async function post({ id, url, method, body }: WebhookCall): Promise<WebhookAnswer> {
    const at = Math.floor(clock.now() / 1000)
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await request(url, {
      dispatcher: agent,
      method,
      signal,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': `tarang/${version}`,
        'idempotency-key': id,
        'webhook-id': id,
        'webhook-timestamp': String(at),
        'webhook-signature': signer.sign(id, at, body),
      },
    })
    // Whatever becomes of its words, an answer is one from its first line on.
    await response.body.dump({ limit: LARGEST_ANSWER, signal }).catch(() => {})
    return meaning(response.statusCode, response.headers)
  }

  return {
    timeoutMs,
    async call(call) {
      const refusal = refusalOf(call.url)
      if (refusal !== undefined) return { outcome: 'failed', detail: refusal }
      return post(call).catch(error => faultOf(error as Error, timeoutMs))
    },
    close: () => agent.destroy(),
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** 408, 425, 429 and 5xx may be better in a while (RFC 9110, 15.5.9 and 15.6; RFC 8470; RFC 6585); everything else is the receiver's last word. */
function meaning(status: number, headers: Headers): WebhookAnswer {
  const detail = `The receiver answered ${status}.`
  if (status >= 200 && status < 300) return { outcome: 'ok', detail }
  if (status >= 500 || [408, 425, 429].includes(status))
    return { outcome: 'again', detail, ...retryAfter(headers['retry-after']) }
  if (status < 300 || status >= 400) return { outcome: 'failed', detail }
  const location = typeof headers.location === 'string' ? headers.location.slice(0, 200) : 'somewhere else'
  return { outcome: 'failed', detail: `The receiver sent us to ${location} (${status}): redirects are not followed.` }
}

/** RFC 9110, 10.2.3, in seconds; a date there is passed over, for it is by another clock. */
function retryAfter(header: string | string[] | undefined): { retryAfterMs?: number } {
  if (typeof header !== 'string' || !/^\d+$/.test(header)) return {}
  return { retryAfterMs: Math.min(LONGEST_MS, Number(header) * 1000) }
}

function faultOf(error: Error, timeoutMs: number): WebhookAnswer {
  if (error instanceof PrivateAddress)
    return { outcome: 'failed', detail: `${error.message}, which is within a private network.` }
  const { code } = error as Error & { code?: string }
  const isLate = error.name === 'TimeoutError' || /_TIMEOUT$/.test(code ?? '')
  return {
    outcome: 'again',
    detail: isLate ? `No answer in ${timeoutMs} ms.` : `The receiver could not be reached: ${code ?? error.name}.`,
  }
}
