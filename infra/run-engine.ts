import { setMaxListeners } from 'node:events'
import type { Topic } from '../schemas/topic.ts'
import type { Engine } from '../streams/engine.ts'
import { FoldWorker } from '../streams/fold-worker.ts'
import type { AnyFold, AnyScorer, Dispatcher } from '../streams/processor.ts'
import { LogReset, newStatus, runWorker, type WorkerStatus } from '../streams/run-worker.ts'
import { ScoreWorker } from '../streams/score-worker.ts'
import { supervise } from '../streams/supervise.ts'
import type { View } from '../streams/view.ts'
import { late, within } from '../streams/within.ts'
import type { Worker } from '../streams/worker.ts'

/** Nothing under way takes longer than a text's last attempt; what does is stuck, and must not keep the rest from ending. */
const STOP_MS = 25_000

/** A processor at work, with how it is doing. */
export interface RunningProcessor {
  readonly name: string
  readonly input: Topic
  readonly status: WorkerStatus
}

export interface EngineParts {
  readonly processors: readonly (AnyFold | AnyScorer)[]
  readonly dispatchers: readonly Dispatcher[]
  readonly views: readonly { readonly topic: Topic; readonly view: View<unknown> }[]
  /** What scorers read: the views' contents and versions of this moment. */
  readonly scorerViews: () => unknown
  /** Called once when something cannot go on: the process should end. */
  readonly fatal: (error: Error) => void
}

export interface RunningEngine {
  readonly processors: readonly RunningProcessor[]
  /** Runs something else beside them, supervised alike. */
  add(name: string, run: (signal: AbortSignal) => Promise<void>): void
  /** Lets every batch under way finish and gives the partitions back; what has not ended by then is told and left. */
  stop(): Promise<void>
}

/** Starts every processor, dispatcher and view, each under its supervisor. */
export function runEngine(engine: Engine, parts: EngineParts): RunningEngine {
  const stopping = new AbortController()
  const { signal } = stopping
  setMaxListeners(0, signal) // everything that runs here waits on it
  const running = new Set<{ readonly name: string; readonly ended: Promise<void> }>()

  function start(name: string, run: () => Promise<void>): void {
    const supervision = { clock: engine.clock, warn: engine.warn, signal, fatal: (error: unknown) => error instanceof LogReset }
    const supervised = supervise(name, run, supervision).catch(error =>
      parts.fatal(new Error(`${name} gave up: ${error instanceof Error ? error.message : error}`, { cause: error })),
    )
    const one = { name, ended: supervised.finally(() => running.delete(one)) }
    running.add(one)
  }

  const processors = parts.processors.map(processor => {
    const worker: Worker =
      processor.kind === 'fold' ? new FoldWorker(engine, processor) : new ScoreWorker(engine, processor, parts.scorerViews)
    const status = newStatus()
    start(processor.name, () => runWorker(engine, worker, status, signal))
    return { name: processor.name, input: processor.input, status }
  })
  for (const { topic, view } of parts.views) start(`view of ${topic.name}`, () => view.follow(signal))
  for (const dispatcher of parts.dispatchers) start(dispatcher.name, () => dispatcher.run(signal))

  return {
    processors,
    add: (name, run) => start(name, () => run(signal)),
    async stop() {
      stopping.abort()
      const over = await within(engine.clock, STOP_MS, Promise.all([...running].map(({ ended }) => ended)))
      if (over === late) engine.warn('stopping without what did not end in time', { still: [...running].map(({ name }) => name) })
    },
  }
}
