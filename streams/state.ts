import { footprint } from './footprint.ts'
import type { Tables, Whole } from './processor.ts'
import type { Tx } from './sql.ts'
import { type Key, keyText, loadEntries, saveEntries, type Table } from './table.ts'

/** What of one table stays in memory between batches: so many entries, or the bytes that are set, of what was needed lately, and at most as much of before. */
const REMEMBERED = 50_000
/** One in so many entries is measured. */
const SAMPLED = 16
/** What an entry takes besides what it holds: its slot, its place in the map, and its key in both. */
const SLOT_BYTES = 250

interface Slot {
  readonly key: Key
  readonly partition: number
  entry: unknown
}

/** The entries that one event meets, one of each table, none of those it does not need. Holds until the next `prepare`. */
export interface Place {
  readonly partition: number
  readonly slots: readonly (Slot | undefined)[]
}

/**
 * Entries of one table in memory. What was needed since the last turn is young; what was not needed for a whole turn goes:
 * nearly the order of last use, without moving anything at each use.
 */
class Shelf {
  readonly dirty = new Map<string, Slot>()
  private young = new Map<string, Slot>()
  private old = new Map<string, Slot>()
  private came = 0
  private readonly most: number
  /** Of the entries that were measured since the last turn, and of one as they were on the mean before. */
  private measured = { count: 0, bytes: 0 }

  constructor(most: number) {
    this.most = most
  }

  find(text: string): Slot | undefined {
    const slot = this.young.get(text)
    if (slot !== undefined) return slot
    const older = this.old.get(text)
    if (older !== undefined) this.put(text, older)
    return older
  }

  put(text: string, slot: Slot): void {
    this.young.set(text, slot)
    if (this.came++ % SAMPLED !== 0) return
    this.measured.count++
    this.measured.bytes += SLOT_BYTES + footprint(slot.entry)
  }

  turn(): void {
    const mean = this.measured.bytes / Math.max(1, this.measured.count)
    const { size } = this.young
    if (size <= REMEMBERED && size * mean <= this.most) return
    this.old = this.young
    this.young = new Map(this.dirty)
    this.measured = { count: 1, bytes: mean }
  }

  forget(partitions: ReadonlySet<number> | undefined): void {
    for (const map of [this.young, this.old, this.dirty])
      for (const [text, { partition }] of map) if (partitions === undefined || partitions.has(partition)) map.delete(text)
  }
}

/**
 * The state a processor owns, between the tables and its fold: missing entries come in one query a table, changed ones go back in one statement.
 *
 * Entries hold only while this instance owns their partition; whoever loses one, or fails between fold and commit, must `forget`.
 */
export class State<E, S extends object> {
  private readonly spec: Tables<E, S>
  private readonly names: readonly (keyof S & string)[]
  private readonly shelves: readonly Shelf[]
  private readonly wholes = new Map<number, Record<string, unknown>>()
  private hits = 0
  private misses = 0

  /** @param bytes of each table, what was needed lately */
  constructor(spec: Tables<E, S>, bytes: number) {
    this.spec = spec
    this.names = Object.keys(spec.tables) as (keyof S & string)[]
    this.shelves = this.names.map(() => new Shelf(bytes))
  }

  /** Loads what is held as a whole for a partition just taken. */
  async own(tx: Tx, partition: number): Promise<void> {
    const whole: Record<string, unknown> = {}
    for (const [name, spec] of Object.entries(this.spec.wholes ?? {}))
      whole[name] = await (spec as Whole<unknown>).load(tx, partition)
    this.wholes.set(partition, whole)
  }

  /** Makes every entry that these events need present, and answers where each of them finds its own. */
  async prepare(tx: Tx, events: Iterable<{ event: E; partition: number }>): Promise<Place[]> {
    for (const shelf of this.shelves) shelf.turn()
    const missing = this.names.map(() => new Map<string, Slot>())
    const places: Place[] = []
    for (const { event, partition } of events) {
      const keys = this.spec.keys(event, partition, this.wholeOf(partition))
      const slots = this.names.map((name, i) => {
        const key = keys[name]
        return key === undefined ? undefined : this.slot(i, key, partition, missing[i]!)
      })
      places.push({ partition, slots })
    }
    await Promise.all(missing.map((some, i) => this.load(tx, i, some)))
    return places
  }

  private slot(i: number, key: Key, partition: number, missing: Map<string, Slot>): Slot {
    const text = keyText(key)
    const found = this.shelves[i]!.find(text)
    if (found !== undefined) {
      this.hits++
      return found
    }
    const coming = missing.get(text)
    if (coming !== undefined) return coming
    this.misses++
    const slot: Slot = { key, partition, entry: undefined }
    missing.set(text, slot)
    return slot
  }

  private async load(tx: Tx, i: number, missing: Map<string, Slot>): Promise<void> {
    if (missing.size === 0) return
    const table = this.spec.tables[this.names[i]!] as Table<unknown>
    const keys = Array.from(missing.values(), slot => slot.key)
    const found = await loadEntries(tx, table, keys)
    for (const [text, slot] of missing) {
      slot.entry = found.has(text) ? found.get(text) : table.empty(slot.key)
      this.shelves[i]!.put(text, slot)
    }
  }

  /** The state that an event meets, without the entries it does not need. */
  get({ partition, slots }: Place): S {
    const state: Record<string, unknown> = { ...this.wholes.get(partition) }
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]
      if (slot !== undefined) state[this.names[i]!] = slot.entry
    }
    return state as S
  }

  /** How often an entry was in memory when it was needed, and how often not, since this was asked last. */
  asked(): { hits: number; misses: number } {
    const { hits, misses } = this
    this.hits = this.misses = 0
    return { hits, misses }
  }

  /** What is held as a whole for a partition. */
  wholeOf(partition: number): S {
    return (this.wholes.get(partition) ?? {}) as S
  }

  /** Keeps what the fold answered; an entry is dirty when it is another object than before. */
  set({ slots }: Place, state: S): void {
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]
      const entry = state[this.names[i]!]
      if (slot === undefined || slot.entry === entry) continue
      slot.entry = entry
      this.shelves[i]!.dirty.set(keyText(slot.key), slot)
    }
  }

  /** Writes every entry changed since the last commit, all in flight together. */
  async save(tx: Tx): Promise<void> {
    const saves = this.names.map((name, i) => {
      // Sorted, so that two owners of one row (an order id that two customers share is not; a request id may be) never wait in a circle.
      const slots = [...this.shelves[i]!.dirty.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slot]) => slot)
      return saveEntries(tx, this.spec.tables[name] as Table<unknown>, slots)
    })
    for (const [partition, whole] of this.wholes)
      for (const [name, spec] of Object.entries(this.spec.wholes ?? {}))
        saves.push((spec as Whole<unknown>).save(tx, whole[name], partition))
    await Promise.all(saves)
  }

  /** The commit went through: nothing is dirty any more. */
  saved(): void {
    for (const { dirty } of this.shelves) dirty.clear()
  }

  /** Drops what is in memory, of some partitions or of all, for the tables are the truth. */
  forget(partitions?: readonly number[]): void {
    if (partitions?.length === 0) return
    const gone = partitions === undefined ? undefined : new Set(partitions)
    for (const shelf of this.shelves) shelf.forget(gone)
    for (const partition of this.wholes.keys()) if (gone === undefined || gone.has(partition)) this.wholes.delete(partition)
  }
}
