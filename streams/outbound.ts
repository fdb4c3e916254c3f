import type { Topic } from '../schemas/topic.ts'
import type { Trace } from './tracer.ts'

/**
 * A record that something outside a fold wants on the log: what a shop posted, what a ledger row tells.
 * `personal` is sealed under `owner`'s key before it is published.
 */
export interface Outbound {
  readonly topic: Topic
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
  /** Into each partition, whatever the key. */
  readonly everywhere?: boolean
  readonly seal?: { readonly owner: string; readonly id: string; readonly personal: Readonly<Record<string, unknown>> }
  /** What it comes of, where that is traced. */
  readonly trace?: Trace | undefined
}

/** How far one must have read a partition to have met what was written. */
export interface Written {
  readonly topic: Topic
  readonly partition: number
  readonly end: number
}

/** The way onto the log for everything but folds. Sealed, encoded, and durable when it answers; an error means that any part may be there. */
export type Publish = (records: readonly Outbound[]) => Promise<Written[]>
