import type { Topic } from '../schemas/topic.ts'
import type { Slice } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import type { OwedSince } from './owed-answers.ts'
import { type Owned, Ownership } from './ownership.ts'
import type { OpenTx } from './sql.ts'
import { IDLE_MS, type Worker } from './worker.ts'

const NOTHING_OWED = new Map<number, OwedSince>()

/** What every worker does about the partitions it owns. How it takes them, and what it does with their records, is its own. */
export abstract class OwningWorker implements Worker {
  readonly name: string
  readonly input: Topic
  readonly roundsApartMs: number = 0
  protected readonly engine: Engine
  protected readonly ownership: Ownership
  protected readonly owned = new Map<number, Owned>()

  constructor(engine: Engine, name: string, input: Topic) {
    this.name = name
    this.input = input
    this.engine = engine
    this.ownership = new Ownership(name, engine.instance, engine.generation)
  }

  abstract take(partition: number): Promise<number>
  abstract reload(): Promise<Map<number, number>>
  abstract work(slices: readonly Slice[]): Promise<Slice[]>

  get idleInMs(): number {
    return IDLE_MS
  }

  async idle(): Promise<void> {}

  owing(): ReadonlyMap<number, OwedSince> {
    return NOTHING_OWED
  }

  owns(partition: number): boolean {
    return this.owned.has(partition)
  }

  drop(partitions: readonly number[]): void {
    for (const partition of partitions) this.owned.delete(partition)
  }

  verify(): Promise<void> {
    return this.ownership.verify(this.engine.sql, [...this.owned.values()])
  }

  async giveUp(partitions: readonly number[], which: 'asked for' | 'any'): Promise<void> {
    const owned = partitions.flatMap(partition => this.owned.get(partition) ?? [])
    this.drop(await this.ownership.giveUp(this.engine.sql, owned, which))
  }

  positions(): Map<number, number> {
    return new Map([...this.owned].map(([partition, { next }]) => [partition, next]))
  }

  /** Waits for `written`, the whole of a transaction, all in flight, and ends it. Who wants to know of the moment before COMMIT is told of it. */
  protected async endWith(tx: OpenTx, written: Promise<unknown>): Promise<void> {
    const { at } = this.engine
    if (at === undefined) await tx.andCommit(written)
    await written
    await at?.('committing', this.name)
  }

  /** Moves a partition past the first so many reads of a slice; answers the slice of what is left, undefined where nothing is. */
  protected advance(owned: Owned, slice: Slice, done: number): Slice | undefined {
    const { reads } = slice
    owned.folded += done
    owned.next = done < reads.length ? reads[done]!.record.offset : slice.next
    return done < reads.length ? { ...slice, from: owned.next, reads: reads.slice(done) } : undefined
  }
}
