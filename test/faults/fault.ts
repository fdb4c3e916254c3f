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
  /** Another instance of the same group. */
  join(surroundings?: Surroundings): Promise<RunningTarang>
  /** A time in ms: the first in the whole suite, the second in the short form. */
  readonly lasting: (long: number, short: number) => number
  readonly sleep: (ms: number) => Promise<void>
  readonly say: (what: string) => void
}

/** Something that happens to a system at work. Afterwards every event must count once, as if it had not happened. */
export interface Fault {
  readonly name: string
  /** As a sentence's end: "… and nothing is lost". */
  readonly title: string
  /** What all instances run in. */
  readonly surroundings?: Surroundings
  readonly strike: (scene: Scene) => Promise<void>
  /** Its own events, where the usual ones do not show it. */
  readonly traffic?: (chunks: number) => Chunk[]
}
