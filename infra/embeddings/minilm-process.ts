import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from '../../streams/clock.ts'
import { late, within } from '../../streams/within.ts'
import type { EmbedAnswer, EmbedRequest } from './minilm-messages.ts'

/** A model of 90 MB is loaded in a second or two; machines are busy, and disks slow. */
const START_MS = 120_000
/** For one request, a page of texts at 10 ms each. */
const ANSWER_MS = 60_000
/** Of what it wrote before it died, the end. */
const LAST_WORDS = 500

/** The child that runs the model, once it is ready. It answers one request after the other; after its end it is of no more use. */
export class MinilmProcess {
  readonly space: string
  readonly dims: number
  /** Why it is over; undefined while it runs. */
  ended: string | undefined
  private readonly child: ChildProcess
  private readonly clock: Clock
  private waiting: { resolve: (answer: EmbedAnswer) => void; reject: (error: Error) => void } | undefined
  private before: Promise<unknown> = Promise.resolve()

  private constructor(child: ChildProcess, clock: Clock, { space, dims }: { space: string; dims: number }) {
    this.child = child
    this.clock = clock
    this.space = space
    this.dims = dims
  }

  /** @throws when the model cannot be loaded, or the child ends or says nothing meanwhile */
  static async start(modelDir: string, clock: Clock): Promise<MinilmProcess> {
    const child = fork(new URL('./minilm-child.js', import.meta.url), [modelDir], {
      execArgv: [],
      // No secret of ours is its business. What tsx keeps compiled would be code that runs, in a folder that may not be ours.
      env: { TSX_DISABLE_CACHE: '1' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const end = endOf(child)
    const said = once(child, 'message').then(([answer]) => answer as EmbedAnswer)
    try {
      const first = await inTime(clock, START_MS, Promise.race([said, orReject(end)]))
      if (first.type !== 'ready') throw new Error(first.type === 'failed' ? first.reason : 'it answered before it was asked')
      const process = new MinilmProcess(child, clock, first)
      void end.then(reason => process.end(reason))
      child.on('message', (answer: EmbedAnswer) => process.waiting?.resolve(answer))
      return process
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  /** Vectors of these texts. @throws when the child ends, or takes too long and is ended */
  ask(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const asked = this.before.then(() => this.request(texts))
    this.before = asked.catch(() => {})
    return asked
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await gone
  }

  private async request(texts: readonly string[]): Promise<readonly Float32Array[]> {
    if (this.ended !== undefined) throw new Error(this.ended)
    const answered = new Promise<EmbedAnswer>((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
    try {
      const request: EmbedRequest = { texts }
      this.child.send(request, error => error && this.end(error.message))
      const answer = await inTime(this.clock, ANSWER_MS, answered)
      if (answer.type === 'vectors' && fits(answer.vectors, texts.length, this.dims)) return answer.vectors
      throw new Error(`it answered with something else than ${texts.length} vectors of ${this.dims} numbers`)
    } catch (error) {
      this.end(String(error))
      await this.stop()
      throw error
    } finally {
      this.waiting = undefined
    }
  }

  private end(reason: string): void {
    this.ended ??= reason
    this.waiting?.reject(new Error(this.ended))
  }
}

/** Rows of whatever else would be near to nothing that is compared with them. */
const fits = (vectors: readonly Float32Array[], count: number, dims: number): boolean =>
  vectors.length === count && vectors.every(vector => vector.length === dims && vector.every(Number.isFinite))

/** What a child that never got ready said last is why. */
function endOf(child: ChildProcess): Promise<string> {
  let words = ''
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-LAST_WORDS)
  })
  return new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('close', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}. ${words}`.trim()))
  })
}

const orReject = (end: Promise<string>): Promise<never> =>
  end.then(reason => {
    throw new Error(reason)
  })

async function inTime<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const answer = await within(clock, ms, work)
  if (answer === late) throw new Error(`it said nothing for ${ms / 1000} s`)
  return answer
}
