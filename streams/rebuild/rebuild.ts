import type { Engine } from '../engine.ts'
import type { AnyFold, AnyScorer } from '../processor.ts'
import { type Behind, Beside } from './beside.ts'
import { Handover, NotYet } from './handover.ts'
import { type RebuildPlan, RebuildRefused, rebuildPlan } from './plan.ts'
import { type Claimed, claim, isFinished, leave, RebuildBusy, renew, rewroteBy } from './rebuild-row.ts'

export interface RebuildOptions {
  readonly engine: Engine
  /** Every processor, in the order in which an event meets them. */
  readonly processors: readonly (AnyFold | AnyScorer)[]
  /** Names the code that folds: an unfinished rebuild is gone on with by the same code only. */
  readonly code: string
  /** Throws away what an unfinished rebuild has done. */
  readonly fromStart?: boolean
  readonly onBegin?: (begun: {
    readonly processors: readonly string[]
    readonly generation: number
    readonly resumed: boolean
  }) => void
  readonly onProgress?: (behind: Behind) => void
  /** Told what is in the way of going on, or why the state that serves could not be relieved yet; it is tried again. */
  readonly onWait?: (why: string) => void
  readonly signal?: AbortSignal
}

export interface Rebuilt {
  readonly processors: readonly string[]
  readonly generation: number
  /** False when the signal stopped it; it can be gone on with. */
  readonly complete: boolean
}

const POLL_MS = 300
const HEARTBEAT_MS = 2000
const AGAIN_MS = 2000
/** How often in a row the database or the log may fail it. */
const HICCUPS = 60
/** The state that serves is brought to rest when what is left takes no longer than this, in seconds. */
const CLOSE_SECONDS = 3

/**
 * Rebuilds the state of a processor, and of all downstream of it, from the log, while the old state serves; then puts it in its place.
 * Killed at any moment it leaves the old state as it was, and goes on where it was when it is called again. docs/rebuild.md tells how.
 */
export async function rebuild(name: string, options: RebuildOptions): Promise<Rebuilt> {
  const { engine, code, fromStart = false, onBegin } = options
  const plan = rebuildPlan(options.processors, name)
  await refuseWithoutHistory(engine, options.processors, plan)
  const claimed = await claim(engine.sql, { name, plan, code, fromStart, now: engine.clock.now() })
  const processors = plan.processors.map(processor => processor.name)
  onBegin?.({ processors, generation: claimed.generation, resumed: claimed.resumed })
  const complete = await work(plan, claimed, options)
  return { processors, generation: claimed.generation, complete }
}

async function work(
  plan: RebuildPlan,
  claimed: Claimed,
  { engine, onProgress, onWait, signal }: RebuildOptions,
): Promise<boolean> {
  const beside = new Beside(engine, plan, claimed)
  const handover = new Handover(engine, plan, claimed)
  const heart = beating(engine, claimed, handover)
  try {
    await handover.prepare()
    const check = () => {
      heart.check()
      if (beside.failure !== undefined) throw beside.failure
      if (signal?.aborted) throw new NotYet('it was stopped')
    }
    const pace = new Pace()
    let hiccups = 0
    while (signal?.aborted !== true) {
      try {
        // An answer that got lost may have been that of the handover's commit.
        if (hiccups > 0 && (await isFinished(engine.sql, claimed))) return true
        check()
        await beside.start()
        const behind = await beside.behind()
        onProgress?.(behind)
        if (pace.secondsLeft(behind, engine.clock.monotonic()) > CLOSE_SECONDS) {
          hiccups = 0
          await engine.clock.sleep(POLL_MS, signal)
          continue
        }
        await handover.hand(beside, check)
        return true
      } catch (error) {
        if (signal?.aborted) return false
        if (isFinal(error) || error === beside.failure) throw error
        if (!(error instanceof NotYet) && ++hiccups > HICCUPS) throw error
        onWait?.((error as Error).message)
        await engine.clock.sleep(AGAIN_MS, signal)
      }
    }
    return false
  } finally {
    await beside.stop()
    await heart.stop()
    await leave(engine.sql, claimed).catch(() => {}) // its lease ends by itself
  }
}

/** What no second try makes good. */
const isFinal = (error: unknown): boolean => error instanceof RebuildRefused || error instanceof RebuildBusy

/** How fast this rebuild reads, in its own measure: a record is one event or a hundred. */
class Pace {
  private fastest = 0
  private last: { readonly read: number; readonly at: number } | undefined

  /** `now` in ms. The fastest it ever was counts: who has caught up reads no faster than events come in. */
  secondsLeft({ history, unread, inner }: Behind, now: number): number {
    const read = history - unread
    if (this.last !== undefined && now > this.last.at)
      this.fastest = Math.max(this.fastest, ((read - this.last.read) * 1000) / (now - this.last.at))
    this.last = { read, at: now }
    const left = unread + inner
    return left === 0 ? 0 : left / this.fastest
  }
}

/** Says from time to time that somebody is at it. When that is no longer so, the work must stop. */
function beating({ sql, clock, warn }: Engine, claimed: Claimed, handover: Handover) {
  const stopping = new AbortController()
  let failure: unknown
  const beats = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await renew(sql, claimed)
        await handover.renew()
      } catch (error) {
        if (error instanceof RebuildBusy) failure = error
        else warn('a rebuild could not say that it goes on', { error: String(error) }) // the lease tells when that lasts too long
      }
      await clock.sleep(HEARTBEAT_MS, stopping.signal)
    }
  })()
  return {
    check() {
      if (failure !== undefined) throw failure
    },
    async stop() {
      stopping.abort()
      await beats
    },
  }
}

/** The log must have all that the state came from, as it was told to the state that serves. */
async function refuseWithoutHistory(
  { sql, log, names }: Engine,
  all: RebuildOptions['processors'],
  plan: RebuildPlan,
): Promise<void> {
  for (const { name, input } of plan.processors.filter(processor => !plan.inner.includes(processor.input))) {
    const older = await rewroteBy(sql, input.name)
    if (older !== undefined)
      throw new RebuildRefused(
        `What ${name} was told before ${older} was rebuilt is of an older generation: rebuild ${older} instead, which rebuilds ${name} with it.`,
      )
    const partition = (await log.offsets(names.of(input))).findIndex(({ start }) => start > 0)
    if (partition === -1) continue
    const writer = all.find(processor => processor.outputs.includes(input) && Object.keys(processor.state.tables).length > 0)
    throw new RebuildRefused(
      `The history of ${name} is gone: ${names.of(input)}/${partition} does not begin at its first record any more.${writer === undefined ? ' Nothing can be rebuilt from what is left.' : ` Rebuild ${writer.name} instead, which tells it anew.`}`,
    )
  }
}
