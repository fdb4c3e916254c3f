import { type Dispatcher, Pool } from 'undici'
import type { GatewayAnswer, SmsGateway, Submission } from '../../consumers/sms-gateway.ts'
import type { Clock } from '../../streams/clock.ts'

export interface HttpGatewayOptions {
  readonly url: string
  /** The value of `Authorization`, or another header as `Name: value`. */
  readonly authHeader?: string
  readonly clock: Clock
  /** A call is over after so long, in ms; connecting may take half of it. */
  readonly timeoutMs?: number
  readonly connections?: number
}

/** Answers are an id and a few words; what is longer is not one. */
const LARGEST_ANSWER = 65_536

/**
 * The generic gateway: POST JSON `{ to, text, reference }`, 2xx `{ id }` back (contracts/api.md); with `validUntil` where quiet hours are to come.
 *
 * undici says when a request is about to be written to its socket. What fails before surely was not sent (`unreached`), and there the
 * deadline is looked at. What fails later, times out, or answers anything but 2xx with an id or 4xx, may have been taken (`unknown`).
 * A 4xx is a refusal. Redirects are not followed, nothing is ever sent twice.
 */
export function httpGateway({ url, authHeader, clock, timeoutMs = 10_000, connections = 50 }: HttpGatewayOptions): SmsGateway {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: timeoutMs / 2 },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization(authHeader) }
  return {
    name: 'http',
    timeoutMs,
    send(submission) {
      const { to, text, reference, before } = submission
      const validUntil = before === undefined ? undefined : new Date(before).toISOString()
      const body = JSON.stringify({ to, text, reference, validUntil })
      return new Promise(resolve => {
        const call = new Call(submission, clock, timeoutMs, resolve)
        pool.dispatch({ path: pathname + search, method: 'POST', headers, body }, call)
      })
    },
    close: () => pool.close(),
  }
}

/** The header that a setting stands for. */
export function authorization(setting: string | undefined): Record<string, string> {
  if (setting === undefined) return {}
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.+)$/.exec(setting) ?? []
  return name === undefined || value === undefined ? { authorization: setting } : { [name.toLowerCase()]: value }
}

/** One call, as undici tells of it. */
class Call implements Dispatcher.DispatchHandler {
  private readonly submission: Submission
  private readonly clock: Clock
  private readonly resolve: (answer: GatewayAnswer) => void
  private readonly timer: NodeJS.Timeout
  private controller: Dispatcher.DispatchController | undefined
  private over = false
  private status = 0
  private readonly chunks: Buffer[] = []
  private size = 0

  constructor(submission: Submission, clock: Clock, timeoutMs: number, resolve: (answer: GatewayAnswer) => void) {
    this.submission = submission
    this.clock = clock
    this.resolve = resolve
    this.timer = setTimeout(() => this.giveUp(timeoutMs), timeoutMs)
  }

  /** Right before the first byte goes out. A second time would be a second submission. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const again = this.controller !== undefined
    this.controller = controller
    if (again) this.answer({ outcome: 'unknown', detail: 'connection_lost' })
    else if (this.clock.monotonic() > this.submission.deadline) this.answer({ outcome: 'unknown', detail: 'deadline_passed' })
    if (this.over) controller.abort(new Error('this text must not be written any more'))
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.status = status
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length
    if (this.size <= LARGEST_ANSWER) this.chunks.push(chunk)
    else controller.abort(new Error('answer_too_large'))
  }

  onResponseEnd(): void {
    this.answer(readAnswer(this.status, Buffer.concat(this.chunks).toString('utf8'), this.submission))
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const detail = 'code' in error && typeof error.code === 'string' ? error.code : error.name
    if (this.controller === undefined) this.answer({ outcome: 'unreached', detail })
    // A refusal is one from its first line on, whatever became of its words.
    else if (isRefusal(this.status)) this.answer({ outcome: 'rejected', detail: `http ${this.status}` })
    else this.answer({ outcome: 'unknown', detail })
  }

  private giveUp(timeoutMs: number): void {
    const written = this.controller !== undefined
    this.answer({ outcome: written ? 'unknown' : 'unreached', detail: `no answer in ${timeoutMs} ms` })
    this.controller?.abort(new Error('timeout'))
  }

  private answer(answer: GatewayAnswer): void {
    if (this.over) return
    this.over = true
    clearTimeout(this.timer)
    this.resolve(answer)
  }
}

const isRefusal = (status: number): boolean => status >= 400 && status < 500

function readAnswer(status: number, body: string, submission: Submission): GatewayAnswer {
  const json = parsed(body)
  if (status >= 200 && status < 300) {
    const gatewayId = typeof json?.id === 'string' || typeof json?.id === 'number' ? storable(String(json.id)) : ''
    return gatewayId === '' ? { outcome: 'unknown', detail: `http ${status} without an id` } : { outcome: 'submitted', gatewayId }
  }
  if (!isRefusal(status)) return { outcome: 'unknown', detail: `http ${status}` }
  const said = [json?.code, json?.error, json?.message].find(word => typeof word === 'string')
  return {
    outcome: 'rejected',
    detail: typeof said === 'string' ? `http ${status}: ${withoutPerson(said, submission)}` : `http ${status}`,
  }
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Details stay in the log for good, so what a gateway says must name neither the number nor the text. */
const withoutPerson = (said: string, { text }: Submission): string =>
  storable(said.replaceAll(text, '…').replace(/\+?\d[\d\s().-]{4,}\d/g, '…'))

/** The first 200 characters, without those that Postgres has no room for. */
const storable = (said: string): string => [...said.replace(/[\p{Cc}\p{Surrogate}]/gu, ' ')].slice(0, 200).join('').trim()
