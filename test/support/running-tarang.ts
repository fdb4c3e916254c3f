import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CampaignWord } from '../../producers/campaign-record.ts'
import type { Inbound } from '../../schemas/events.ts'
import { nodeFlags } from './node-flags.ts'
import { settingsText } from './process-settings.ts'
import type { Answered, Asked, TarangProcess, Text } from './tarang-process.ts'

const entry = fileURLToPath(new URL('./tarang-process.ts', import.meta.url))

/** Distributes over the union, so that each kind of question keeps its own fields. */
type Question = Asked extends infer A ? (A extends Asked ? Omit<A, 'n'> : never) : never

/** A Tarang that runs beside the test. What is asked of it answers undefined when it died meanwhile, or could not do it. */
export interface RunningTarang {
  /** Of its HTTP API; undefined when it died before it listened. */
  readonly url: string | undefined
  readonly alive: () => boolean
  /** Why it could not do what it was asked last, if it could not. */
  readonly trouble: () => string | undefined
  /** Resolves when it has ended: to the signal that ended it, null when it ended by itself. */
  readonly ended: Promise<NodeJS.Signals | null>
  publish(events: readonly Inbound[], texts: readonly Text[]): Promise<true | undefined>
  /** Tells every customer's flows of a campaign. */
  campaign(word: CampaignWord): Promise<true | undefined>
  /** How much of what is still under way; nothing is empty. */
  left(): Promise<Readonly<Record<string, number>> | undefined>
  /** What it keeps once everything else was collected, in MiB. */
  heap(): Promise<number | undefined>
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<NodeJS.Signals | null>
  /** Stands still, as if the machine slept, and goes on. */
  freeze(): void
  thaw(): void
}

/** What a process runs in, where that is not the plain machine: a command before its own, variables of its environment. */
export interface Surroundings {
  readonly before?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a process; resolves when everything in it runs, or when it died before. `killAfterMs` counts from the fork. */
export async function startTarang(
  settings: TarangProcess,
  { killAfterMs, before = [], env = {} }: Surroundings & { killAfterMs?: number } = {},
): Promise<RunningTarang> {
  const [command, ...args] = [...before, process.execPath, ...nodeFlags, '--import', 'tsx', entry, settingsText(settings)]
  const child = spawn(command!, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...env } })
  const waiting = new Map<number, (answered: Answered | undefined) => void>()
  let [n, alive] = [0, true]
  let trouble: string | undefined
  const ended = once(child, 'exit').then(([, signal]) => {
    alive = false
    for (const answer of waiting.values()) answer(undefined)
    return signal as NodeJS.Signals | null
  })
  const ready = new Promise<string>(resolve => {
    child.on('message', message => {
      const answered = message as Answered | { readonly url: string }
      if ('url' in answered) return resolve(answered.url)
      trouble = 'error' in answered ? answered.error : undefined
      waiting.get(answered.n)?.(answered)
      waiting.delete(answered.n)
    })
  })
  child.on('error', () => {}) // a message to a process that just died; `exit` tells
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  void ended.then(() => clearTimeout(timer))

  function ask(question: Question): Promise<Answered | undefined> {
    if (!alive) return Promise.resolve(undefined)
    n++
    const answered = new Promise<Answered | undefined>(resolve => waiting.set(n, resolve))
    child.send({ ...question, n }, () => {})
    return answered
  }

  const url = (await Promise.race([ready, ended])) ?? undefined
  return {
    url: alive ? url : undefined,
    alive: () => alive,
    trouble: () => trouble,
    ended,
    async publish(events, texts) {
      const answered = await ask({ ask: 'publish', events, texts })
      return answered !== undefined && 'done' in answered ? true : undefined
    },
    async campaign(word) {
      const answered = await ask({ ask: 'campaign', campaign: word })
      return answered !== undefined && 'done' in answered ? true : undefined
    },
    async left() {
      const answered = await ask({ ask: 'left' })
      return answered !== undefined && 'left' in answered ? answered.left : undefined
    },
    async heap() {
      const answered = await ask({ ask: 'heap' })
      return answered !== undefined && 'heap' in answered ? answered.heap : undefined
    },
    kill(signal) {
      child.kill(signal)
      return ended
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  }
}
