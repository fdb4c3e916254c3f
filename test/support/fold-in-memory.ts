import type { Fold, Output, Position, Whole } from '../../streams/processor.ts'
import { type Key, keyText } from '../../streams/table.ts'

/**
 * Runs a fold over events with its state in maps: what the runner does, without a log or a database. Ids that count once do so here too.
 * `entries` are what its tables would hold.
 */
export class FoldInMemory<E, S extends object> {
  readonly outputs: Output[] = []
  private readonly fold: Fold<E, S>
  private readonly tables = new Map<string, Map<string, unknown>>()
  private readonly wholes: Record<string, unknown> = {}
  private readonly seen = new Set<string>()
  private offset = 0

  private constructor(fold: Fold<E, S>) {
    this.fold = fold
    for (const name of Object.keys(fold.state.tables)) this.tables.set(name, new Map())
  }

  static async of<E, S extends object>(fold: Fold<E, S>): Promise<FoldInMemory<E, S>> {
    const running = new FoldInMemory(fold)
    const empty = { query: async () => [], script: async () => {} }
    for (const [name, whole] of Object.entries(fold.state.wholes ?? {}))
      running.wholes[name] = await (whole as Whole<unknown>).load(empty as never, 0)
    return running
  }

  /** Folds an event; answers what it said, undefined where its id had been counted. */
  feed(event: E, at: Partial<Position> = {}): readonly Output[] | undefined {
    const identity = this.fold.identity?.(event)
    const id = JSON.stringify([identity?.owner, identity?.id])
    if (identity !== undefined && this.seen.has(id)) return undefined
    this.seen.add(id)
    const keys = Object.entries(this.fold.state.keys(event, 0, this.wholes as S)) as [string, Key][]
    const state: Record<string, unknown> = { ...this.wholes }
    for (const [name, key] of keys) state[name] = this.entry(name, key)
    const told = this.fold.fold(state as S, event, {
      partition: 0,
      offset: this.offset++,
      appendedAt: 0,
      personal: undefined,
      ...at,
    })
    if (told.refused !== undefined) throw new Error(told.refused.message)
    for (const [name, key] of keys) this.tables.get(name)!.set(keyText(key), told.state[name as keyof S])
    this.outputs.push(...told.outputs)
    return told.outputs
  }

  /** An entry of a table, the empty one where no event has needed it. */
  entry<N extends keyof S & string>(name: N, key: Key): NonNullable<S[N]>
  entry(name: string, key: Key): unknown
  entry(name: string, key: Key): unknown {
    const table = this.fold.state.tables[name as keyof S]!
    return this.tables.get(name)!.get(keyText(key)) ?? table.empty(key)
  }

  /** Every entry of every table, for comparing two runs. */
  get entries(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.tables].map(([name, entries]) => [name, Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))]),
    )
  }
}

/** The values of the outputs that went to a topic. */
export const toldTo = (topic: { readonly name: string }, outputs: readonly Output[] | undefined): Record<string, unknown>[] =>
  (outputs ?? []).filter(output => output.topic.name === topic.name).map(output => output.value as Record<string, unknown>)
