import Type, { type Static, type TSchema } from 'typebox'
import { Count, closed, Millis, Traceparent } from './primitives.ts'

/**
 * A topic is a value: its name, what a record on it is, and how the log keeps it.
 *
 * - `partitioned`: `customer` topics share one partition count (the shop's peak decides it, DESIGN.md §2); `one` is a single total order.
 * - `retention`: `keep` for history that rehearsal and rebuilds read; `week` where personal fields are plain (7 days);
 *   `passed` for what is of no use once every reader has it; `compact` when only the newest record per key matters.
 * - `absolute`: every record carries all there is to say of its key, so of one batch only the newest record per key is published.
 * - `bundled`: records of one batch that go to the same partition travel as one record, an array of them (`bundleOf`).
 * - `open`: outsiders write here with any client, so bare JSON with unknown fields is read and a record's source is not trusted.
 */
export interface Topic<S extends TSchema = TSchema> {
  readonly name: string
  readonly schema: S
  readonly partitioned: 'customer' | 'one'
  readonly retention: 'keep' | 'week' | 'passed' | 'compact'
  readonly absolute: boolean
  readonly bundled: boolean
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
  bundled: false,
  open: false,
  ...options,
})

/** Several records of a bundled topic as one: each with its key, when it was appended first, from a fold its mark, and its trace where that is sampled. */
export const bundleOf = <S extends TSchema>(schema: S) =>
  Type.Array(
    Type.Object(
      {
        mark: Type.Optional(Type.Array(Count, { minItems: 2, maxItems: 2 })),
        at: Millis,
        trace: Type.Optional(Traceparent),
        key: Type.String(),
        value: schema,
      },
      closed,
    ),
    { minItems: 1 },
  )

/** What a record's value on the wire may be. */
export const wireSchema = ({ schema, bundled }: Topic): TSchema => (bundled ? Type.Union([schema, bundleOf(schema)]) : schema)
