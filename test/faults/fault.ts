import type { Config } from '../../infra/config.ts'
import type { Inbound } from '../../schemas/events.ts'
import type { RunningTarang, Surroundings } from '../support/running-tarang.ts'
import type { Deployment } from '../support/scratch-deployment.ts'
import type { Chunk } from '../support/traffic.ts'
import type { OwnStack } from './own-stack.ts'

/** What a fault has to act on while events come in. */
export interface Scene {
  readonly own: OwnStack
  readonly deployment: Deployment
  /** The instance that takes the events. It must live through everything. */
  readonly first: RunningTarang
  /** Says that these were posted to it beside the usual ones: they count too. */
  readonly posted: (events: readonly Inbound[]) => void
  /** Another instance of the same group. */
  join(surroundings?: Surroundings): Promise<RunningTarang>
  /** A time in ms: the first in the whole suite, the second in the short form. */
  readonly lasting: (long: number, short: number) => number
  /** How long steady load lasts. */
  readonly minutes: number
  readonly sleep: (ms: number) => Promise<void>
  readonly say: (what: string) => void
  /** Has what was measured recorded. */
  readonly note: (measured: string) => void
}

/** Something that happens to a system at work. Afterwards every event must count once, as if it had not happened. */
export interface Fault {
  readonly name: string
  /** As a sentence's end: "… and nothing is lost". */
  readonly title: string
  /** What all instances run in. */
  readonly surroundings?: Surroundings
  /** Settings that are other than usual. */
  readonly config?: Partial<Config>
  readonly strike: (scene: Scene) => Promise<void>
  /** On a disk so small that it can be filled. */
  readonly smallDisk?: true
  /** Why this machine cannot have it happen; undefined where it can. */
  readonly impossible?: () => string | undefined
  /** So much comes in that what was told is not read back: the digest alone has to do. */
  readonly bulky?: true
  /** Its own events, where the usual ones do not show it. */
  readonly traffic?: (chunks: number) => Chunk[]
}
