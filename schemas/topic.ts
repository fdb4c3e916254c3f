import type { Static, TSchema } from 'typebox'

/**
 * A topic is a value: its name, what a record on it is, and how the log keeps it.
 *
 * - `partitioned`: `customer` topics share one partition count (the shop's peak decides it, DESIGN.md §2); `one` is a single total order.
 * - `retention`: `keep` for history that rehearsal and rebuilds read; `week` where personal fields are plain (7 days);
 *   `passed` for what is of no use once every reader has it; `compact` when only the newest record per key matters.
 * - `absolute`: every record carries all there is to say of its key, so of one batch only the newest record per key is published.
 * - `open`: outsiders write here with any client, so bare JSON with unknown fields is read and a record's source is not trusted.
 */
export interface Topic<S extends TSchema = TSchema> {
  readonly name: string
  readonly schema: S
  readonly partitioned: 'customer' | 'one'
  readonly retention: 'keep' | 'week' | 'passed' | 'compact'
  readonly absolute: boolean
  readonly open: boolean
}

/** What a record of a topic is. */
export type RecordOf<T extends Topic> = T extends Topic<infer S> ? Static<S> : never

type Options = Partial<Omit<Topic, 'name' | 'schema'>>

/** A topic for customers' records that is kept, unless told otherwise. */
export const topic = <S extends TSchema>(name: string, schema: S, options: Options = {}): Topic<S> => ({
  name,
  schema,
  partitioned: 'customer',
  retention: 'keep',
  absolute: false,
  open: false,
  ...options,
})
