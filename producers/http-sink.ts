import { request } from 'undici'
import type { ErrorCode } from '../schemas/error-codes.ts'
import type { Inbound } from '../schemas/events.ts'
import type { Clock } from '../streams/clock.ts'
import { ReplayRefused } from './replay-refused.ts'
import type { Sink } from './sink.ts'

export interface HttpSinkOptions {
  /** Of a running Tarang, such as `http://127.0.0.1:3000`. */
  readonly baseUrl: string
  /** An API key with the scope `publish`. */
  readonly key?: string
  readonly clock: Clock
  /** How long one request is tried again before giving up, in ms; a minute unless told otherwise. */
  readonly patience?: number
}

const MAX_EVENTS = 2000
/** Below the 5 MiB that the server takes. */
const MAX_BYTES = 4 * 1024 * 1024
const MAX_WAIT = 30_000

/**
 * `POST /v1/events` of a running Tarang. What may pass (429, 502, 503, 504, a lost or refused connection) is tried again, after
 * Retry-After where the server names it; that an event may so arrive twice does no harm, its id counts once. Anything else is an error.
 */
export function httpSink(options: HttpSinkOptions): Sink {
  const url = new URL('/v1/events', options.baseUrl).href
  return {
    async send(events) {
      for (const body of bodies(events)) await post(url, body, options)
    },
  }
}

function* bodies(events: readonly Inbound[]): Generator<string> {
  let parts: string[] = []
  let bytes = 0
  for (const event of events) {
    const part = JSON.stringify(event)
    const size = Buffer.byteLength(part) + 1
    if (parts.length === MAX_EVENTS || (parts.length > 0 && bytes + size > MAX_BYTES)) {
      yield `{"batch":[${parts.join()}]}`
      parts = []
      bytes = 0
    }
    parts.push(part)
    bytes += size
  }
  if (parts.length > 0) yield `{"batch":[${parts.join()}]}`
}

async function post(url: string, body: string, { key, clock, patience = 60_000 }: HttpSinkOptions): Promise<void> {
  const begun = clock.monotonic()
  for (let attempt = 0; ; attempt++) {
    const answer = await attemptOnce(url, body, key)
    if (answer.status === 200 || answer.status === 202) return refuseRejections(answer.text)
    if (!passing.has(answer.status)) throw refusal(answer)
    const wait = waitFor(answer, attempt, clock)
    if (clock.monotonic() - begun + wait > patience)
      throw new ReplayRefused(
        'overloaded',
        `${url} did not take events for ${Math.round(patience / 1000)} s: ${answer.text.slice(0, 300)}`,
      )
    await clock.sleep(wait)
  }
}

interface Answer {
  /** 0: no answer came. */
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
}

const passing = new Set([0, 429, 502, 503, 504])

async function attemptOnce(url: string, body: string, key: string | undefined): Promise<Answer> {
  try {
    const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) }
    const answer = await request(url, { method: 'POST', headers, body, headersTimeout: 30_000, bodyTimeout: 30_000 })
    const retryAfter = answer.headers['retry-after']
    return {
      status: answer.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      text: await answer.body.text(),
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && lost.has(error.code))
      return { status: 0, retryAfter: undefined, text: `${error.code} ${error.message}` }
    throw error
  }
}

/** Ways in which a connection is lost or never comes about. */
const lost = new Set<unknown>([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/** Retry-After is seconds or a date (RFC 9110 §10.2.3); without one the wait doubles from 0.2 s to 5 s. In ms, half a minute at most. */
function waitFor({ retryAfter }: Answer, attempt: number, clock: Clock): number {
  const named =
    retryAfter === undefined
      ? Number.NaN
      : /^\d+$/.test(retryAfter)
        ? Number(retryAfter) * 1000
        : Date.parse(retryAfter) - clock.now()
  return Number.isNaN(named) ? Math.min(5000, 200 * 2 ** attempt) : Math.min(MAX_WAIT, Math.max(50, named))
}

/** Events were accepted here before they were sent: a server that rejects some of them is set up otherwise, and going on would lose them. */
function refuseRejections(text: string): void {
  const { rejected } = JSON.parse(text) as { rejected?: { code: ErrorCode; message: string }[] }
  const first = rejected?.[0]
  if (first !== undefined)
    throw new ReplayRefused(
      first.code,
      `The server rejected ${rejected?.length} events of a batch, the first one because: ${first.message}`,
    )
}

function refusal({ status, text }: Answer): Error {
  try {
    const { code, detail, title, fix } = JSON.parse(text) as Record<string, string>
    if (code !== undefined)
      return new ReplayRefused(
        code as ErrorCode,
        `The server answered ${status} ${code}: ${detail ?? title ?? ''} ${fix ?? ''}`.trim(),
      )
  } catch {
    // not a problem document: told as it came
  }
  return new Error(`The server answered ${status}: ${text.slice(0, 300)}`)
}
