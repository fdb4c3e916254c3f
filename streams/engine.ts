import type { Clock } from './clock.ts'
import type { Codec } from './codec.ts'
import type { Journal } from './journal.ts'
import type { Keyring } from './keyring.ts'
import type { Log } from './log.ts'
import type { Meter } from './meter.ts'
import type { Sql } from './sql.ts'
import type { TopicNames } from './topic-names.ts'
import type { Tracer } from './tracer.ts'

/** Named points of a processor's round, where test entry points may let it die. */
export type Point = 'folded' | 'published' | 'committing' | 'committed'

/** What every processor runs on. `instance` names this process among others; `generation` is that of state which begins here. */
export interface Engine {
  readonly log: Log
  readonly sql: Sql
  readonly codec: Codec
  readonly names: TopicNames
  readonly keyring: Keyring
  readonly clock: Clock
  readonly meter: Meter
  readonly instance: string
  readonly generation: number
  /** Of each table of state, how much of what was needed lately stays in memory, in bytes. */
  readonly stateBytes: number
  readonly journal: Journal
  readonly tracer: Tracer
  /** Told when something went wrong and will be tried again, or gave up. */
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
  /** Told after every commit of a fold, so that who works from its rows need not wait until it looks again. */
  readonly committed: (processor: string) => void
  /** Only test entry points pass it. */
  readonly at?: (point: Point, processor: string) => void | Promise<void>
}
