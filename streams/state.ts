import type { Tables, Whole } from './processor.ts'
import type { Tx } from './sql.ts'
import { type Key, keyText, loadEntries, saveEntries, type Table } from './table.ts'

/** How many entries of one table stay in memory between batches. */
const REMEMBERED = 100_000

interface Slot {
  readonly key: Key
  readonly partition: number
  entry: unknown
}

/**
 * The state a processor owns, between the tables and its fold: missing entries come in one query a table, changed ones go back in one statement.
 *
 * Entries hold only while this instance owns their partition; whoever loses one, or fails between fold and commit, must `forget`.
 */
export class State<E, S extends object> {
  private readonly spec: Tables<E, S>
  private readonly names: (keyof S & string)[]
  private readonly slots: Map<string, Map<string, Slot>>
  private readonly dirty: Map<string, Map<string, Slot>>
  private readonly wholes = new Map<number, Record<string, unknown>>()

  constructor(spec: Tables<E, S>) {
    this.spec = spec
    this.names = Object.keys(spec.tables) as (keyof S & string)[]
    this.slots = new Map(this.names.map(name => [name, new Map()]))
    this.dirty = new Map(this.names.map(name => [name, new Map()]))
  }

  /** Loads what is held as a whole for a partition just taken. */
  async own(tx: Tx, partition: number): Promise<void> {
    const whole: Record<string, unknown> = {}
    for (const [name, spec] of Object.entries(this.spec.wholes ?? {}))
      whole[name] = await (spec as Whole<unknown>).load(tx, partition)
    this.wholes.set(partition, whole)
  }

  /** Makes every entry that these events need present; answers how many were and how many were not. */
  async prepare(tx: Tx, events: Iterable<{ event: E; partition: number }>): Promise<{ hits: number; misses: number }> {
    let hits = 0
    const missing = new Map<string, Map<string, Slot>>(this.names.map(name => [name, new Map()]))
    for (const { event, partition } of events) {
      const keys = this.spec.keys(event, partition)
      for (const name of this.names) {
        const key = keys[name]
        if (key === undefined) continue
        const text = keyText(key)
        if (touch(this.slots.get(name)!, text)) hits++
        else missing.get(name)!.set(text, { key, partition, entry: undefined })
      }
    }
    await Promise.all(this.names.map(name => this.load(tx, name, missing.get(name)!)))
    return { hits, misses: [...missing.values()].reduce((sum, { size }) => sum + size, 0) }
  }

  private async load(tx: Tx, name: keyof S & string, missing: Map<string, Slot>): Promise<void> {
    if (missing.size === 0) return
    const table = this.spec.tables[name] as Table<unknown>
    const slots = this.slots.get(name)!
    if (slots.size > REMEMBERED) this.shrink(slots, this.dirty.get(name)!)
    const found = await loadEntries(
      tx,
      table,
      [...missing.values()].map(slot => slot.key),
    )
    for (const [text, slot] of missing)
      slots.set(text, { ...slot, entry: found.has(text) ? found.get(text) : table.empty(slot.key) })
  }

  /** Forgets the half that was not needed for longest. Entries of the batch at hand were touched last; dirty ones stay. */
  private shrink(slots: Map<string, Slot>, dirty: Map<string, Slot>): void {
    let left = slots.size >> 1
    for (const text of slots.keys()) {
      if (left-- <= 0) return
      if (!dirty.has(text)) slots.delete(text)
    }
  }

  /** The state that an event meets. Entries must be prepared; of tables the event does not need it holds the empty entry. */
  get(event: E, partition: number): S {
    const keys = this.spec.keys(event, partition)
    const state: Record<string, unknown> = { ...this.wholes.get(partition) }
    for (const name of this.names) {
      const key = keys[name]
      if (key !== undefined) state[name] = this.slots.get(name)!.get(keyText(key))!.entry
    }
    return state as S
  }

  /** What is held as a whole for a partition. */
  wholeOf(partition: number): S {
    return (this.wholes.get(partition) ?? {}) as S
  }

  /** Keeps what the fold answered; an entry is dirty when it is another object than before. */
  set(event: E, partition: number, state: S): void {
    const keys = this.spec.keys(event, partition)
    for (const name of this.names) {
      const key = keys[name]
      if (key === undefined) continue
      const text = keyText(key)
      const slot = this.slots.get(name)!.get(text)!
      if (slot.entry === state[name]) continue
      slot.entry = state[name]
      this.dirty.get(name)!.set(text, slot)
    }
  }

  /** Writes every entry changed since the last commit. */
  async save(tx: Tx): Promise<void> {
    for (const name of this.names) {
      const table = this.spec.tables[name] as Table<unknown>
      // Sorted, so that two owners of one row (an order id that two customers share is not; a request id may be) never wait in a circle.
      const slots = [...this.dirty.get(name)!.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slot]) => slot)
      await saveEntries(tx, table, slots)
    }
    for (const [partition, whole] of this.wholes)
      for (const [name, spec] of Object.entries(this.spec.wholes ?? {}))
        await (spec as Whole<unknown>).save(tx, whole[name], partition)
  }

  /** The commit went through: nothing is dirty any more. */
  saved(): void {
    for (const dirty of this.dirty.values()) dirty.clear()
  }

  /** Drops what is in memory, of some partitions or of all, for the tables are the truth. */
  forget(partitions?: readonly number[]): void {
    const gone = partitions === undefined ? undefined : new Set(partitions)
    for (const map of [...this.slots.values(), ...this.dirty.values()])
      for (const [text, { partition }] of map) if (gone === undefined || gone.has(partition)) map.delete(text)
    for (const partition of this.wholes.keys()) if (gone === undefined || gone.has(partition)) this.wholes.delete(partition)
  }
}

/** Moves an entry to the end of its map, where what was needed last is; false when it is not there. */
function touch(slots: Map<string, Slot>, text: string): boolean {
  const slot = slots.get(text)
  if (slot === undefined) return false
  slots.delete(text)
  slots.set(text, slot)
  return true
}
