import { type ChildProcess, fork } from 'node:child_process'
import { on, once } from 'node:events'
import type { RefusalCode } from '../../models/embedding/embedder.ts'
import type { Clock } from '../../streams/clock.ts'
import { late, within } from '../../streams/within.ts'
import type { EmbedAnswer, EmbedRequest } from './minilm-messages.ts'

/** A model of 90 MB is loaded in a second or two; machines are busy, and disks slow. */
const START_MS = 120_000
/** For one text, which takes 10 ms. Other families wait meanwhile. */
const ANSWER_MS = 20_000
/** Of what it wrote before it died, the end. */
const LAST_WORDS = 500

export const minilmChild = new URL('./minilm-child.js', import.meta.url)

/** A process that failed while it was at a text: at which of those it was asked for, and how. */
export class FailedAtText extends Error {
  override readonly name = 'FailedAtText'
  readonly index: number
  readonly code: RefusalCode

  constructor(index: number, code: RefusalCode, reason: string) {
    super(reason)
    this.index = index
    this.code = code
  }
}

/** The child that runs the model, once it is ready. It answers one request after the other; after its end it is of no more use. */
export class MinilmProcess {
  readonly space: string
  readonly dims: number
  /** Why it is over; undefined while it runs. */
  ended: string | undefined
  private readonly child: ChildProcess
  private readonly clock: Clock
  private readonly answers: Answers
  private readonly end: Promise<string>
  private before: Promise<unknown> = Promise.resolve()

  private constructor({ child, clock, answers, end }: Started, { space, dims }: { space: string; dims: number }) {
    this.child = child
    this.clock = clock
    this.answers = answers
    this.end = end
    this.space = space
    this.dims = dims
    void end.then(reason => {
      this.ended ??= reason
    })
  }

  /**
   * @param program what runs in the child: `minilm-child.js`, or what speaks as it does
   * @throws when the model cannot be loaded, or the child ends or says nothing meanwhile
   */
  static async start(modelDir: string, clock: Clock, program: URL): Promise<MinilmProcess> {
    const child = fork(program, [modelDir], {
      execArgv: [],
      // No secret of ours is its business. What tsx keeps compiled would be code that runs, in a folder that may not be ours.
      env: { TSX_DISABLE_CACHE: '1' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const end = endOf(child)
    const answers = on(child, 'message', { close: ['close'] }) as Answers
    try {
      const first = await within(clock, START_MS, answers.next())
      if (first === late) throw new Error(`it said nothing for ${START_MS / 1000} s`)
      if (first.done) throw new Error(await end)
      const [answer] = first.value
      if (answer.type !== 'ready') throw new Error(answer.type === 'failed' ? answer.reason : 'it answered before it was asked')
      return new MinilmProcess({ child, clock, answers, end }, answer)
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  /** Vectors of these texts, one text after the other. @throws FailedAtText where the child ends, takes too long or answers nonsense, and is ended */
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
    try {
      await this.send({ texts })
      const vectors: Float32Array[] = []
      while (vectors.length < texts.length) vectors.push(await this.answer(vectors.length))
      return vectors
    } catch (error) {
      this.ended ??= error instanceof Error ? error.message : String(error)
      await this.stop()
      throw error
    }
  }

  private send(request: EmbedRequest): Promise<void> {
    return new Promise((resolve, reject) => this.child.send(request, error => (error === null ? resolve() : reject(error))))
  }

  private async answer(index: number): Promise<Float32Array> {
    const next = await within(this.clock, ANSWER_MS, this.answers.next())
    if (next === late) throw new FailedAtText(index, 'model_silent', `it said nothing for ${ANSWER_MS / 1000} s`)
    if (next.done) throw new FailedAtText(index, 'model_died', await this.end)
    const [answer] = next.value
    if (answer.type === 'vector' && fits(answer.vector, this.dims)) return answer.vector
    throw new FailedAtText(index, 'vector_invalid', `it answered with something else than ${this.dims} numbers`)
  }
}

/** What it says, in order and none missed; over once it is. */
type Answers = AsyncIterator<[EmbedAnswer], undefined>

interface Started {
  readonly child: ChildProcess
  readonly clock: Clock
  readonly answers: Answers
  readonly end: Promise<string>
}

/** Rows of whatever else would be near to nothing that is compared with them. */
const fits = (vector: unknown, dims: number): boolean =>
  vector instanceof Float32Array && vector.length === dims && vector.every(Number.isFinite)

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
