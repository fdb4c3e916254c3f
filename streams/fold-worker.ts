import { countCache } from './count-cache.ts'
import { countDeadLetter } from './count-dead-letter.ts'
import type { Read, Slice } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import type { End } from './log.ts'
import { passed, sourceName } from './marks.ts'
import { deadLetter, Outbox } from './outbox.ts'
import type { Owned } from './ownership.ts'
import { OwningWorker } from './owning-worker.ts'
import type { AnyFold, Output, Position, Unreadable } from './processor.ts'
import { RoundSpans, UNDONE } from './round-spans.ts'
import { findSeen, keepSeen, pruneSeen, seenHash } from './seen.ts'
import type { Tx } from './sql.ts'
import { type Place, State } from './state.ts'
import { Sweeper } from './sweeper.ts'
import { type Span, type Trace, traceIdOf } from './tracer.ts'

/** A round folds for at most this long; what is left of its records comes first in the next. */
const FOLDING_MS = 20
const PRUNE_EVERY_MS = 600_000

interface Item {
  readonly read: Read
  /** Where its state is, once prepared. */
  place: Place | undefined
  readonly event: unknown
  readonly unreadable: Unreadable | undefined
  readonly hash: string | undefined
  readonly seal: { readonly owner: string; readonly sealed: string } | undefined
}

interface Round {
  readonly touched: Map<number, Owned>
  readonly seen: { partition: number; hash: string; appendedAt: number }[]
}

/**
 * Runs a fold over the partitions it owns: publish, then state, ids, marks and offset in one guarded transaction (DESIGN.md §3).
 * A crash between the two folds the same records again from the same state and publishes the same outputs under the same marks.
 */
export class FoldWorker extends OwningWorker {
  override readonly roundsApartMs: number
  private readonly fold: AnyFold
  private readonly state: State<unknown, Record<string, unknown>>
  private readonly outbox: Outbox
  private readonly spans: RoundSpans
  private readonly sweeper: Sweeper
  /** When the newest record of each partition was appended. */
  private readonly appended = new Map<number, number>()
  /** Where the last tick of each partition ended on its input. */
  private readonly ticked = new Map<number, number>()
  /** When it was asked last whether to tick. */
  private lastAsked = 0
  private lastPrune: number

  constructor(engine: Engine, fold: AnyFold) {
    super(engine, fold.name, fold.input)
    this.fold = fold
    this.roundsApartMs = fold.roundsApartMs ?? 0
    this.state = new State(fold.state, engine.stateBytes)
    this.outbox = new Outbox(engine)
    this.spans = new RoundSpans(engine, fold.name, fold.input)
    this.sweeper = new Sweeper({
      sql: engine.sql,
      fold,
      state: this.state,
      say: (owned, { offset, appendedAt, n }, outputs) => this.outbox.add(this.source(owned), offset, appendedAt, outputs, n),
      commit: all => this.commit({ touched: new Map(all.map(owned => [owned.partition, owned])), seen: [] }),
    })
    this.lastPrune = engine.clock.monotonic()
  }

  async take(partition: number): Promise<number> {
    const owned = await this.engine.sql.transaction(async tx => {
      const taken = await this.ownership.take(tx, partition, this.engine.clock.now())
      await this.state.own(tx, partition)
      return taken
    })
    this.owned.set(partition, owned)
    await this.sweeper.run([owned])
    return owned.next
  }

  override drop(partitions: readonly number[]): void {
    super.drop(partitions)
    this.state.forget(partitions)
  }

  async reload(): Promise<Map<number, number>> {
    const held = [...this.owned.values()]
    this.owned.clear()
    this.state.forget()
    this.outbox.clear()
    this.spans.end(UNDONE)
    const kept = await this.engine.sql.transaction(async tx => {
      const rows = await this.ownership.reread(tx, held)
      for (const { partition } of rows) await this.state.own(tx, partition)
      return rows
    })
    for (const owned of kept) this.owned.set(owned.partition, owned)
    await this.sweeper.run(kept)
    return new Map(kept.map(({ partition, next }) => [partition, next]))
  }

  /** Folds and commits a prefix of each slice; answers what is left of them. */
  async work(slices: readonly Slice[]): Promise<Slice[]> {
    const batches = slices.map(({ partition, reads }) => ({
      partition,
      items: reads.map(read => this.item(read)),
    }))
    const seen = await this.prepare(batches)
    const round: Round = { touched: new Map(), seen: [] }
    const until = this.engine.clock.monotonic() + FOLDING_MS
    const left: Slice[] = []
    for (const [i, slice] of slices.entries()) {
      const owned = this.owned.get(slice.partition)
      if (owned === undefined) continue
      const done = this.foldSome(owned, batches[i]!.items, seen, round, until)
      this.noteAppended(slice, done)
      round.touched.set(slice.partition, owned)
      const rest = this.advance(owned, slice, done)
      if (rest !== undefined) left.push(rest)
    }
    await this.commit(round)
    this.spans.end()
    await this.sweeper.run(round.touched.values())
    return left
  }

  override async idle(): Promise<void> {
    await this.tick()
    await this.prune()
  }

  private noteAppended({ partition, reads }: Slice, done: number): void {
    const newest = reads[done - 1]?.at
    if (newest !== undefined) this.appended.set(partition, Math.max(newest, this.appended.get(partition) ?? 0))
  }

  private item(read: Read): Item {
    const { fold } = this
    const { outcome } = read
    const nothing = { read, place: undefined, event: undefined, hash: undefined, seal: undefined }
    if ('unreadable' in outcome) return { ...nothing, unreadable: outcome.unreadable }
    const understood = fold.read?.(outcome.value, position(read, undefined)) ?? { event: outcome.value }
    if ('unreadable' in understood) return { ...nothing, unreadable: understood.unreadable }
    const { event } = understood
    const identity = fold.identity?.(event)
    const hash = identity === undefined ? undefined : seenHash(identity.owner, identity.id)
    return {
      read,
      place: undefined,
      event,
      unreadable: undefined,
      hash,
      seal: fold.opens?.(event, this.state.wholeOf(read.record.partition)),
    }
  }

  /** Everything the fold will need, in a few queries: ids counted before, state entries, keys. */
  private async prepare(batches: readonly { partition: number; items: readonly Item[] }[]): Promise<Set<string>> {
    const { sql, keyring, meter } = this.engine
    const readable: { item: Item; event: unknown; partition: number }[] = []
    const ids: { partition: number; hash: string }[] = []
    const owners: string[] = []
    for (const { partition, items } of batches)
      for (const item of items) {
        if (item.unreadable !== undefined) continue
        readable.push({ item, event: item.event, partition })
        if (item.hash !== undefined) ids.push({ partition, hash: item.hash })
        if (item.seal !== undefined) owners.push(item.seal.owner)
      }
    const [seen, places] = await Promise.all([
      findSeen(sql, this.name, ids),
      this.state.prepare(sql, readable),
      keyring.fetch(owners),
    ])
    for (const [i, { item }] of readable.entries()) item.place = places[i]
    countCache(meter, 'state', this.state.asked())
    return seen
  }

  /** Folds items of one partition until time is up or a record asks for a sweep; answers how many. A bundle is folded whole: its outputs count on. */
  private foldSome(owned: Owned, items: readonly Item[], seen: Set<string>, round: Round, until: number): number {
    const { clock } = this.engine
    let late = false
    for (let i = 0; i < items.length; i++) {
      late ||= (i & 31) === 31 && clock.monotonic() > until
      if (late && items[i]!.read.record !== items[i - 1]!.read.record) return i
      this.foldOne(owned, items[i]!, seen, round)
      if (owned.cursor !== null) return i + 1
    }
    return items.length
  }

  private foldOne(owned: Owned, item: Item, seen: Set<string>, round: Round): void {
    if (this.wasRead(owned, item, seen)) return
    const { read, place, event, unreadable, hash } = item
    const { partition } = owned
    const span = this.span(item)
    if (unreadable !== undefined) {
      this.bury(owned, item, unreadable, span)
      return
    }
    if (hash !== undefined) {
      seen.add(hash)
      round.seen.push({ partition, hash, appendedAt: read.at })
    }
    const at = position(read, this.open(item))
    const folded = this.fold.fold(this.state.get(place!), event, at)
    if (folded.refused !== undefined) {
      this.bury(owned, item, folded.refused, span)
      return
    }
    const { state, outputs } = folded
    this.state.set(place!, state)
    this.say(owned, read, outputs, span?.trace)
    span?.note({ 'tarang.outputs': outputs.length })
    this.note('folded', item)
    if (this.fold.sweep?.after(state, event))
      owned.cursor = { cause: event, offset: read.record.offset, appendedAt: read.at, after: '', n: outputs.length }
  }

  private bury(owned: Owned, item: Item, why: Unreadable, span: Span | undefined): void {
    const { read } = item
    countDeadLetter(this.engine, this, read, why, this.idOf(item))
    span?.fail(why.code)
    this.say(owned, read, [deadLetter(this.name, read, why)], span?.trace)
  }

  private idOf({ event }: Item): string | undefined {
    return event === undefined ? undefined : this.fold.identity?.(event)?.id
  }

  private span(item: Item): Span | undefined {
    return item.read.trace === undefined ? undefined : this.spans.process(item.read, this.idOf(item))
  }

  /** Of records that count by an id, which can be asked after. */
  private note(what: string, item: Item): void {
    if (item.hash === undefined || this.engine.journal.debug === undefined) return
    const { trace, record } = item.read
    const { topic, partition, offset } = record
    const traceId = traceIdOf(trace)
    this.engine.journal.debug(what, { processor: this.name, eventId: this.idOf(item), traceId, topic, partition, offset })
  }

  /** True for what its source had published before, and for an event whose id was counted before. Outsiders' sources are not trusted. */
  private wasRead(owned: Owned, item: Item, seen: Set<string>): boolean {
    const { read, hash } = item
    const processor = this.name
    const repeated = !this.fold.input.open && passed(owned.marks, read.mark)
    const duplicate = !repeated && hash !== undefined && seen.has(hash)
    if (repeated) this.engine.meter.count('records_repeated_total', { processor })
    if (duplicate) this.engine.meter.count('events_duplicate_total', { processor })
    if (duplicate) this.note('dropped, its id was counted before', item)
    if (duplicate) this.span(item)?.note({ 'tarang.outcome': 'duplicate' })
    return repeated || duplicate
  }

  private say(owned: Owned, { record, at }: Read, outputs: readonly Output[], trace: Trace | undefined): void {
    this.outbox.add(this.source(owned), record.offset, at, outputs, undefined, trace)
  }

  private open({ seal }: Item): Position['personal'] {
    return seal === undefined ? undefined : this.engine.keyring.open(seal.owner, seal.sealed)
  }

  private source({ generation, partition }: Owned): string {
    return sourceName(this.name, this.fold.input.name, generation, partition)
  }

  private async commit(round: Round): Promise<void> {
    const { log, sql, clock, meter, at } = this.engine
    await at?.('folded', this.name)
    const records = await this.outbox.take()
    const touched = [...round.touched.values()]
    const begun = clock.monotonic()
    await log.publishAndCommit(records, sql, async (tx, ends) => {
      await at?.('published', this.name)
      await this.endWith(tx, this.write(tx, touched, round, ends))
    })
    this.state.saved()
    this.engine.committed(this.name)
    meter.observe('commit_seconds', { processor: this.name }, (clock.monotonic() - begun) / 1000)
    await at?.('committed', this.name)
  }

  /** In flight together: one way to the database and back instead of one for each. */
  private write(tx: Tx, touched: readonly Owned[], round: Round, ends: readonly End[]): Promise<unknown> {
    return Promise.all([
      this.ownership.commit(tx, touched, this.engine.clock.now(), ends),
      this.state.save(tx),
      keepSeen(tx, this.name, round.seen),
    ])
  }

  /** The owner of a partition appends the tick to the processor's own input: folds have no clock. */
  private async tick(): Promise<void> {
    const { tick } = this.fold
    const { clock, log, names, codec } = this.engine
    if (tick === undefined || clock.monotonic() - this.lastAsked < tick.everyMs) return
    for (const [partition, owned] of this.owned) {
      if (!tick.due(this.state.wholeOf(partition))) continue
      this.lastAsked = clock.monotonic()
      if (!(await this.wasHeard(owned))) continue
      const { topic, key, value } = tick.record(clock.now())
      const [end] = await log.publish([
        { topic: names.of(topic), partition, key, value: codec.encode(topic, value), headers: {}, timestamp: clock.now() },
      ])
      this.ticked.set(partition, end!.end)
    }
  }

  /** Whether the last tick is folded, here and by whoever it is for. */
  private async wasHeard({ partition, next, ends }: Owned): Promise<boolean> {
    const { sql, names } = this.engine
    if (next < (this.ticked.get(partition) ?? 0)) return false
    const { heardBy } = this.fold.tick!
    const said = heardBy === undefined ? [] : Object.entries(ends[names.of(heardBy.topic)] ?? {})
    if (said.length === 0) return true
    const rows = await sql.query('SELECT partition, next FROM ownership WHERE processor = $1', [heardBy!.processor])
    const read = new Map(rows.map(row => [row.partition, row.next as number]))
    return said.every(([partition, end]) => (read.get(Number(partition)) ?? 0) >= end)
  }

  private async prune(): Promise<void> {
    const { clock, sql } = this.engine
    if (this.fold.identity === undefined || clock.monotonic() - this.lastPrune < PRUNE_EVERY_MS) return
    this.lastPrune = clock.monotonic()
    // By the log's own time, so that who reads old records again remembers what was remembered then; outsiders' clocks may be ahead of it.
    for (const partition of this.owned.keys()) {
      const appended = this.appended.get(partition)
      if (appended !== undefined) await pruneSeen(sql, this.name, partition, Math.min(appended, clock.now()))
    }
  }
}

const position = ({ record: { partition, offset }, at, trace }: Read, personal: Position['personal']): Position => ({
  partition,
  offset,
  appendedAt: at,
  personal,
  trace,
})
