import type { Dispatcher } from 'undici'
import type { GatewayAnswer, Submission } from '../../consumers/sms-gateway.ts'
import type { Clock } from '../../streams/clock.ts'

/** Answers are an id and a few words; what is longer is not one. */
const LARGEST_ANSWER = 65_536

export interface GatewayCallOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly read: ReadReply
}

/** What a gateway answered; names of headers are small letters. */
export interface GatewayReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Empty where a refusal did not come whole. */
  readonly body: string
}

/** What a reply means. */
export type ReadReply = (reply: GatewayReply, submission: Submission) => GatewayAnswer

/**
 * One call to a gateway, as undici tells of it.
 *
 * undici says when a request is about to be written to its socket. What fails before surely was not sent (`unreached`), and there the
 * deadline is looked at. What fails later or times out may have been taken (`unknown`). Redirects are not followed, nothing is ever
 * sent twice.
 */
export class GatewayCall implements Dispatcher.DispatchHandler {
  private readonly submission: Submission
  private readonly options: GatewayCallOptions
  private readonly resolve: (answer: GatewayAnswer) => void
  private readonly timer: NodeJS.Timeout
  private controller: Dispatcher.DispatchController | undefined
  private over = false
  private status = 0
  private headers: GatewayReply['headers'] = {}
  private readonly chunks: Buffer[] = []
  private size = 0

  constructor(submission: Submission, options: GatewayCallOptions, resolve: (answer: GatewayAnswer) => void) {
    this.submission = submission
    this.options = options
    this.resolve = resolve
    this.timer = setTimeout(() => this.giveUp(options.timeoutMs), options.timeoutMs)
  }

  /** Right before the first byte goes out. A second time would be a second submission. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const again = this.controller !== undefined
    this.controller = controller
    if (again) this.answer({ outcome: 'unknown', detail: 'connection_lost' })
    else if (this.options.clock.monotonic() > this.submission.deadline)
      this.answer({ outcome: 'unknown', detail: 'deadline_passed' })
    if (this.over) controller.abort(new Error('this text must not be written any more'))
    else this.submission.wrote?.()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: GatewayReply['headers']): void {
    this.status = status
    this.headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length
    if (this.size <= LARGEST_ANSWER) this.chunks.push(chunk)
    else controller.abort(new Error('answer_too_large'))
  }

  onResponseEnd(): void {
    this.answer(this.meaning(Buffer.concat(this.chunks).toString('utf8')))
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const detail = 'code' in error && typeof error.code === 'string' ? error.code : error.name
    if (this.controller === undefined) this.answer({ outcome: 'unreached', detail })
    // A refusal is one from its first line on, whatever became of its words.
    else if (isRefusal(this.status)) this.answer(this.meaning(''))
    else this.answer({ outcome: 'unknown', detail })
  }

  private meaning(body: string): GatewayAnswer {
    const { status, headers } = this
    return this.options.read({ status, headers, body }, this.submission)
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

export const isRefusal = (status: number): boolean => status >= 400 && status < 500
