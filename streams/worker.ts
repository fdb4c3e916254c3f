import type { Topic } from '../schemas/topic.ts'
import type { Slice } from './decode-batch.ts'
import type { OwedSince } from './owed-answers.ts'

/** How long a worker is left alone while nothing comes. */
export const IDLE_MS = 200

/** A processor at work on the partitions this instance owns. The loop (run-worker.ts) is the only one that calls it, one call at a time. */
export interface Worker {
  readonly name: string
  readonly input: Topic
  /** While much comes, rounds that were small begin this many ms apart. */
  readonly roundsApartMs: number
  owns(partition: number): boolean
  /** Takes a partition over, whoever had it; answers from which offset to read. */
  take(partition: number): Promise<number>
  /** These are another instance's now. */
  drop(partitions: readonly number[]): void
  /** Forgets what is in memory and reads again what the tables say of the partitions still owned; answers from which offsets to read. */
  reload(): Promise<Map<number, number>>
  /** Does and commits a prefix of each slice; answers what is left of them. */
  work(slices: readonly Slice[]): Promise<Slice[]>
  /** Called between batches, and after `idleInMs` while nothing comes. */
  idle(): Promise<void>
  readonly idleInMs: number
  /** Of partitions that it has read further than it has answered: from where on. */
  owing(): ReadonlyMap<number, OwedSince>
  /** Throws `Fenced` when it owns what is another's by now; asked from time to time, for an owner without work commits nothing. */
  verify(): Promise<void>
  /** Gives some partitions up, so that nobody has to ask what of their work was cut off: those that are asked for, or any. */
  giveUp(partitions: readonly number[], which: 'asked for' | 'any'): Promise<void>
  positions(): Map<number, number>
}
