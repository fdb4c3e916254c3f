import type { Topic } from '../../schemas/topic.ts'
import { type EmbeddedLog, embeddedLog } from '../embedded-log.ts'
import type { Engine } from '../engine.ts'
import { FoldWorker } from '../fold-worker.ts'
import type { Log } from '../log.ts'
import { type Meter, silent } from '../meter.ts'
import type { AnyFold, AnyScorer } from '../processor.ts'
import { LogReset, newStatus, runWorker } from '../run-worker.ts'
import type { Sql } from '../sql.ts'
import { supervise } from '../supervise.ts'
import { noTracer } from '../tracer.ts'
import type { Worker } from '../worker.ts'
import type { Bounds } from './bounded-membership.ts'
import { inSchema } from './in-schema.ts'
import { type RebuildPlan, RebuildRefused } from './plan.ts'
import { rebuildLog } from './rebuild-log.ts'
import type { Claimed } from './rebuild-row.ts'
import { RelayWorker, relayName } from './relay-worker.ts'
import { nextOf, standings } from './standing.ts'

/** Records, of up to a hundred events each, between the rebuilt processors: they are rows of the database until the last of them is done. */
const AHEAD = 5000
const PRUNE_MS = 5000
const BOUNDS_MS = 50

/** How far a rebuild is behind the state that serves. */
export interface Behind {
  /** Records of history: all there are, and those not read yet. */
  readonly history: number
  readonly unread: number
  /** Records the rebuilt processors said to each other and did not fold yet, and sweeps under way. */
  readonly inner: number
}

/** Who reads history, and whose place in it, of the state that serves, is not to be passed. */
interface HistoryReader {
  readonly name: string
  readonly input: Topic
  readonly behind: readonly string[]
}

/** Processors at work on a second state of theirs, in tables of their own; they never get ahead of those that serve. */
export class Beside {
  readonly sql: Sql
  /** Why it cannot come to a good end. */
  failure: Error | undefined
  private readonly real: Engine
  private readonly plan: RebuildPlan
  private readonly generation: number
  private readonly own: EmbeddedLog
  private readonly inner: ReadonlySet<string>
  private readonly historians: readonly HistoryReader[]
  private stopping = new AbortController()
  private running: Promise<void>[] = []
  private gap = 0

  constructor(real: Engine, plan: RebuildPlan, { schema, home, generation }: Claimed) {
    this.real = real
    this.plan = plan
    this.generation = generation
    this.sql = inSchema(real.sql, schema, home)
    this.own = embeddedLog({ sql: this.sql, clock: real.clock })
    this.inner = new Set(plan.inner.map(real.names.of))
    this.historians = historiansOf(plan)
  }

  /** Does nothing where it is at work. */
  async start(): Promise<void> {
    if (this.running.length > 0) return
    const { names } = this.real
    await this.own.createTopics(this.plan.inner.map(topic => ({ ...names.config(topic), retention: 'compact' })))
    this.stopping = new AbortController()
    const { signal } = this.stopping
    const folds = this.engineOn(this.logWith(this.inner))
    for (const processor of this.plan.processors) this.run(folds, new FoldWorker(folds, withoutAnswers(processor)))
    const relays = this.engineOn(this.logWith(new Set()))
    const without = new Set(this.plan.processors.map(({ name }) => name))
    for (const topic of this.plan.relayed) this.run(relays, new RelayWorker(relays, { topic, own: this.own, without }))
    this.keep('tidying of a rebuild', () => this.tidy(signal))
  }

  /** Lets every batch under way finish. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await Promise.all(this.running)
    this.running = []
  }

  async behind(): Promise<Behind> {
    const bounds = await Promise.all(this.historians.map(historian => this.boundOf(historian)))
    const mine = await standings(this.sql, [
      ...this.historians.map(({ name }) => name),
      ...this.plan.processors.map(({ name }) => name),
    ])
    let [history, unread, inner] = [0, 0, 0]
    for (const [i, { name, input }] of this.historians.entries())
      for (let partition = 0; partition < this.real.names.partitions(input); partition++) {
        const bound = bounds[i]!(partition)
        history += bound
        unread += Math.max(0, bound - nextOf(mine.get(name), partition))
      }
    for (const { name, input } of this.plan.processors) {
      inner += mine.get(name)!.filter(({ sweeping }) => sweeping).length
      if (!this.plan.inner.includes(input)) continue
      for (const [partition, { start, end }] of (await this.own.offsets(this.real.names.of(input))).entries())
        inner += end - Math.max(start, nextOf(mine.get(name), partition))
    }
    this.gap = inner
    return { history, unread, inner }
  }

  private run(engine: Engine, worker: Worker): void {
    const status = newStatus()
    this.keep(`rebuild of ${worker.name}`, () => runWorker(engine, worker, status, this.stopping.signal))
  }

  /** Until it is stopped, whatever happens to database and log on the way. */
  private keep(name: string, run: () => Promise<void>): void {
    const { clock, warn } = this.real
    const fatal = (error: unknown) => error instanceof LogReset
    this.running.push(
      supervise(name, run, { clock, warn, signal: this.stopping.signal, fatal }).catch((error: Error) => {
        this.failure ??= error
      }),
    )
  }

  private engineOn(log: Log): Engine {
    const { sql, generation } = this
    // What is rebuilt happened long ago: it belongs to no trace any more.
    return { ...this.real, log, sql, generation, meter: this.meter(), tracer: noTracer, committed: () => {} }
  }

  private logWith(inner: ReadonlySet<string>): Log {
    const { log: real, clock } = this.real
    return rebuildLog({ real, own: this.own, inner, clock, bounds: reader => this.boundsOf(reader) })
  }

  /** Of what goes wrong only this cannot be made good: the rest is tried again until it goes right. */
  private meter(): Meter {
    return {
      ...silent,
      count: (name, { processor }) => {
        if (name === 'records_lost_total')
          this.failure ??= new RebuildRefused(
            `The log has let go of records that ${processor} had still to read: its history is gone, and its state cannot be rebuilt from what is left.`,
          )
      },
    }
  }

  private boundsOf(reader: string): () => Promise<Bounds> {
    const historian = this.historians.find(({ name }) => name === reader)!
    let [asked, bounds]: [number, Bounds] = [Number.NEGATIVE_INFINITY, () => 0]
    return async () => {
      if (this.gap > AHEAD) return () => 0 // until the others have caught up
      const now = this.real.clock.monotonic()
      if (now - asked > BOUNDS_MS) [asked, bounds] = [now, await this.boundOf(historian)]
      return bounds
    }
  }

  private async boundOf({ behind }: HistoryReader): Promise<Bounds> {
    const serving = await standings(this.real.sql, behind)
    return partition => Math.min(...behind.map(name => nextOf(serving.get(name), partition)))
  }

  private async tidy(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.real.clock.sleep(PRUNE_MS, signal)
      const readers = this.plan.processors.filter(({ input }) => this.plan.inner.includes(input))
      const mine = await standings(
        this.sql,
        readers.map(({ name }) => name),
      )
      await this.own.prune((topic, partition) =>
        Math.min(
          ...readers
            .filter(({ input }) => this.real.names.of(input) === topic)
            .map(({ name }) => nextOf(mine.get(name), partition)),
        ),
      )
    }
  }
}

function historiansOf({ processors, inner, relayed }: RebuildPlan): HistoryReader[] {
  const roots = processors.filter(({ input }) => !inner.includes(input))
  return [
    ...roots.map(({ name, input }) => ({ name, input, behind: [name] })),
    ...relayed.map(topic => ({
      name: relayName(topic),
      input: topic,
      behind: processors.filter(({ input }) => input === topic).map(({ name }) => name),
    })),
  ]
}

/** A scorer's answers are the truth and are never computed again: what is rebuilt is what it knows. */
function withoutAnswers(processor: AnyFold | AnyScorer): AnyFold {
  if (processor.kind === 'fold') return processor
  const { name, input, state, fold } = processor
  return {
    kind: 'fold',
    name,
    input,
    outputs: [],
    state,
    fold: (before, event, at) => ({ state: fold(before, event, at).state, outputs: [] }),
  }
}
