import type { TSchema } from 'typebox'
import type { RecordOf, Topic } from '../schemas/topic.ts'
import type { SqlValue, Tx } from './sql.ts'
import type { Key, Table } from './table.ts'
import type { Trace } from './tracer.ts'

/** Where a record stood and when it was appended (epoch ms): all that a fold may know of the world. */
export interface Position {
  readonly partition: number
  readonly offset: number
  readonly appendedAt: number
  /** What the record's seal opened to, where the fold asks for it (`opens`) and the key is not gone. */
  readonly personal: Readonly<Record<string, unknown>> | undefined
  /** The record's own, as it stands on the log, for state that something outside of every fold works from. */
  readonly trace?: Trace | undefined
}

/**
 * A record that a fold says. `key` picks the partition; `everywhere` puts one into each, and `partition` into that one: a topic that is partitioned as
 * the input is gets what was told to all partitions of it from each of them.
 * `personal` is sealed under `owner`'s key by the runner before it is published.
 */
export interface Output<T extends Topic = Topic> {
  readonly topic: T
  readonly key: string
  readonly value: RecordOf<T>
  readonly everywhere?: boolean
  readonly partition?: number
  readonly seal?: { readonly owner: string; readonly id: string; readonly personal: Readonly<Record<string, unknown>> }
}

/** An output whose record's type is checked against its topic. */
export const output = <S extends TSchema>(
  topic: Topic<S>,
  key: string,
  value: RecordOf<Topic<S>>,
  more: Pick<Output, 'everywhere' | 'partition' | 'seal'> = {},
): Output => ({ topic, key, value, ...more }) as unknown as Output

/** The same of a record whose personal part is sealed on its way out. */
export const sealedOutput = <S extends TSchema>(
  topic: Topic<S>,
  key: string,
  value: Omit<RecordOf<Topic<S>>, 'sealed'>,
  seal: NonNullable<Output['seal']>,
): Output => ({ topic, key, value, seal }) as unknown as Output

/**
 * State that is held in memory as a whole, one for each partition owned: for structures that every record moves.
 * It may be changed in place; it is loaded anew whenever a commit failed. `save` writes what was touched since the last save that committed.
 */
export interface Whole<S> {
  /** The tables it is in. */
  readonly tables: readonly string[]
  /** Tables of what it told the world last: a rebuild goes on from there, for what was told was told. */
  readonly told: readonly string[]
  readonly load: (tx: Tx, partition: number) => Promise<S>
  /** Asks all its statements at once: COMMIT goes out behind them. */
  readonly save: (tx: Tx, state: S, partition: number) => Promise<void>
}

/**
 * What a fold keeps. `keys` names the entry that an event needs of each table; where it names none the fold gets none. `held` are the wholes as they were when
 * the batch began: a record that changes what they say of keys or seals must end its batch, as one that calls for a sweep does.
 */
export interface Tables<E, S extends object> {
  readonly tables: { readonly [N in keyof S]?: Table<NonNullable<S[N]>> }
  readonly wholes?: { readonly [N in keyof S]?: Whole<S[N]> }
  readonly keys: (event: E, partition: number, held: S) => { readonly [N in keyof S]?: Key }
}

/** State of a fold that keeps none. */
export const stateless: Tables<unknown, object> = { tables: {}, keys: () => ({}) }

/** Why a record cannot be read: it goes to the dead letters. */
export interface Unreadable {
  readonly code: string
  readonly message: string
}

/** After some records the runner goes through the rows they may concern, a page at a time, and folds one event for each (engine rule 10). */
export interface Sweep<E, S> {
  readonly table: string
  readonly key: string
  /** True when the event just folded calls for a sweep. It ends the batch. */
  readonly after: (state: S, event: E) => boolean
  /** Which rows of the partition, as a condition on the table's columns; its parameters count from `$first`. `state` is what the cause meets. */
  readonly rows: (state: S, first: number, cause: E) => { text: string; values: readonly SqlValue[] }
  readonly event: (cause: E, key: string) => E
}

/** A record the owner of a partition appends to the processor's own input from time to time. */
export interface TickSource<S> {
  readonly everyMs: number
  /** Whoever has to fold what the last one led to before the next: to one that is behind it would only be one more to go through. */
  readonly heardBy?: { readonly processor: string; readonly topic: Topic }
  readonly due: (state: S) => boolean
  readonly record: (now: number) => Output
}

/** What a record led to. `refused`: nothing, for the state has no room for it; the record goes to the dead letters. */
export type Folded<S> =
  | { readonly state: S; readonly outputs: readonly Output[]; readonly refused?: undefined }
  | { readonly refused: Unreadable }

/** A fold: a pure function of one log. No clock, no I/O, no randomness. An entry of the state is written when the returned one is another object. */
export interface Fold<E, S extends object> {
  readonly kind: 'fold'
  readonly name: string
  readonly input: Topic
  readonly outputs: readonly Topic[]
  readonly state: Tables<E, S>
  readonly fold: (state: S, event: E, at: Position) => Folded<S>
  /** For open topics: turns what an outsider wrote into an event. */
  readonly read?: (raw: unknown, at: Position) => { event: E } | { unreadable: Unreadable }
  /** Under which owner and id an event counts once. Undefined: it always counts. */
  readonly identity?: (event: E) => { owner: string; id: string } | undefined
  /** Under whose key an event's seal is, for folds that need what is in it. `held` is as in `keys`. */
  readonly opens?: (event: E, held: S) => { owner: string; sealed: string } | undefined
  readonly sweep?: Sweep<E, S>
  readonly tick?: TickSource<S>
  /** Nobody waits for what it says: while much comes its rounds begin this many ms apart, so that each does more. */
  readonly roundsApartMs?: number
}

/**
 * A scorer: answers for a customer from their state and the views it read. Its recorded answer is the truth; a replay never recomputes it.
 * `fold` says whose answer an event calls for; in one batch each is computed once, after the last of them.
 */
export interface Scorer<E, S extends object, A, V> {
  readonly kind: 'scorer'
  readonly name: string
  readonly input: Topic
  readonly outputs: readonly [Topic]
  readonly state: Tables<E, S>
  readonly fold: (state: S, event: E, at: Position) => { readonly state: S; readonly score: boolean }
  readonly score: (state: S, event: E, views: V, at: Position) => A
  readonly answers: Table<A>
  readonly key: (answer: A) => string
  /** Names an answer in traces. */
  readonly id: (answer: A) => string
  readonly record: (answer: A) => Output
}

/** What touches the world: works from rows, never from inside a batch, until the signal aborts. */
export interface Dispatcher {
  readonly kind: 'dispatcher'
  readonly name: string
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Folds and scorers of any state, as the runner and lists of them hold them. */
export type AnyFold = Fold<unknown, Record<string, unknown>>
export type AnyScorer = Scorer<unknown, Record<string, unknown>, unknown, unknown>

/** Forgets a fold's own types. Sound because the runner hands a fold only events decoded for its input and entries of its own tables. */
export const anyFold = <E, S extends object>(fold: Fold<E, S>): AnyFold => fold as unknown as AnyFold
/** Forgets a scorer's own types; sound as `anyFold` is. */
export const anyScorer = <E, S extends object, A, V>(scorer: Scorer<E, S, A, V>): AnyScorer => scorer as unknown as AnyScorer
