import type { Engine } from '../streams/engine.ts'
import { AppendTimes } from './append-times.ts'
import type { RunningEngine } from './run-engine.ts'

/** How far a processor of this instance is behind the end of its input. */
export interface Lag {
  readonly processor: string
  readonly records: number
  /** At most how old the oldest record is that it has not done, over its partitions here; 0 at the end. */
  readonly seconds: number
}

/** Who asks again within this gets the same answer: the live page and a scrape share it. */
const FRESH_MS = 500

/** The lags of every processor that has partitions here. It learns from being asked: ages are as exact as it is asked often. */
export class Lags {
  private readonly engine: Engine
  private readonly running: RunningEngine
  private readonly times = new Map<string, AppendTimes>()
  private answer: { readonly at: number; readonly lags: Promise<Lag[]> } | undefined

  constructor(engine: Engine, running: RunningEngine) {
    this.engine = engine
    this.running = running
  }

  look(): Promise<Lag[]> {
    const at = this.engine.clock.monotonic()
    if (this.answer === undefined || at - this.answer.at > FRESH_MS) this.answer = { at, lags: this.measure() }
    return this.answer.lags
  }

  private async measure(): Promise<Lag[]> {
    const { clock, log, names } = this.engine
    const looks = new Map<string, { at: number; bounds: { start: number; end: number }[] }>()
    for (const topic of new Set(this.running.processors.map(({ input }) => names.of(input))))
      looks.set(topic, { at: clock.now(), bounds: await log.offsets(topic) })
    const now = clock.now()
    return this.running.processors.map(({ name, input, status }) => {
      const { at, bounds } = looks.get(names.of(input))!
      let [records, oldest] = [0, now]
      for (const [partition, next] of status.positions) {
        const { start, end } = bounds[partition]!
        const from = Math.max(start, next)
        const times = this.timesOf(name, partition, at)
        times.saw(at, end)
        if (end <= from) continue
        records += end - from
        oldest = Math.min(oldest, sinceWhen(times, from, status.appended.get(partition)))
      }
      return { processor: name, records, seconds: (now - oldest) / 1000 }
    })
  }

  private timesOf(processor: string, partition: number, now: number): AppendTimes {
    const id = `${processor}/${partition}`
    const times = this.times.get(id) ?? new AppendTimes(now)
    this.times.set(id, times)
    return times
  }
}

/** The record came after the one before it, and after the last look that did not find it; where neither is known, since we look at the least. */
function sinceWhen(times: AppendTimes, offset: number, before: number | undefined): number {
  const known = [before, times.after(offset)].filter(at => at !== undefined)
  return known.length === 0 ? times.since : Math.max(...known)
}
