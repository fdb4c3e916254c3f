import { countCache } from './count-cache.ts'
import { countDeadLetter } from './count-dead-letter.ts'
import type { Read, Slice } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import { eventHeaders } from './event-headers.ts'
import type { NewRecord } from './log.ts'
import { passed, sourceName } from './marks.ts'
import { deadLetter, Outbox } from './outbox.ts'
import { type Owed, OwedAnswers, type OwedChanges, type OwedSince } from './owed-answers.ts'
import type { Owned } from './ownership.ts'
import { OwningWorker } from './owning-worker.ts'
import { partitionOf } from './partition-of.ts'
import type { AnyScorer, Position } from './processor.ts'
import { RoundSpans, UNDONE } from './round-spans.ts'
import { type Place, State } from './state.ts'
import { type Column, keyText, saveEntries, type Table } from './table.ts'
import type { Span, Trace } from './tracer.ts'

/** Scoring is dear: a round stops adding customers after this long, and what is left comes first in the next. */
const SCORING_MS = 20
/** Answers put off that are looked up at a time, and how long a round of them goes on: the commit behind it costs what many answers do. */
const PAGE = 256
const OWED_MS = 100
/** The batch of what was put off: its row among `owed_answers` says whether it was published. */
const NO_BATCH = -1

interface Answer {
  readonly answer: unknown
  readonly batch: number
}

interface Wanted {
  readonly place: Place
  readonly event: unknown
  readonly at: Position
  readonly span: Span | undefined
}

interface Given {
  readonly partition: number
  readonly answer: unknown
  readonly trace: Trace | undefined
}

/** What a round came to. In one round each customer is scored or put off once, after the last of their events. */
interface Round {
  readonly touched: Owned[]
  readonly wanted: Map<string, Wanted>
  readonly putOff: Map<string, Owed>
}

/**
 * Runs a scorer: answers and offset commit first, then they are published and acknowledged before the next commit (engine rule 6).
 * Whoever takes a partition publishes its last committed batch again; readers apply by the answer's own key and number.
 *
 * Folding what a record says is cheap, answering is not. Far behind it therefore only folds, and keeps who is owed an answer: each gets
 * one, made from all that happened to them since, when the backlog is over, and a few meanwhile.
 */
export class ScoreWorker extends OwningWorker {
  private readonly scorer: AnyScorer
  private readonly views: () => unknown
  private readonly state: State<unknown, Record<string, unknown>>
  private readonly answers: Table<Answer>
  private readonly letters: Outbox
  private readonly spans: RoundSpans
  private readonly owed: OwedAnswers

  constructor(engine: Engine, scorer: AnyScorer, views: () => unknown) {
    super(engine, scorer.name, scorer.input)
    this.scorer = scorer
    this.views = views
    this.state = new State(scorer.state, engine.stateBytes)
    this.answers = withBatch(scorer.answers)
    this.letters = new Outbox(engine)
    this.spans = new RoundSpans(engine, scorer.name, scorer.input)
    this.owed = new OwedAnswers(scorer.name, engine.clock)
  }

  async take(partition: number): Promise<number> {
    const owned = await this.engine.sql.transaction(tx => this.ownership.take(tx, partition, this.engine.clock.now()))
    await this.settle(owned)
    this.owned.set(partition, owned)
    return owned.next
  }

  override drop(partitions: readonly number[]): void {
    super.drop(partitions)
    this.state.forget(partitions)
    this.owed.drop(partitions)
  }

  async reload(): Promise<Map<number, number>> {
    const held = [...this.owned.values()]
    this.owned.clear()
    this.state.forget()
    this.letters.clear()
    this.owed.clear()
    this.spans.end(UNDONE)
    const kept = await this.engine.sql.transaction(tx => this.ownership.reread(tx, held))
    for (const owned of kept) {
      await this.settle(owned)
      this.owned.set(owned.partition, owned)
    }
    return this.positions()
  }

  async work(slices: readonly Slice[]): Promise<Slice[]> {
    const { sql, clock, meter } = this.engine
    const readable = [...readableOf(slices)]
    const places = new Map<Read, Place>()
    for (const [i, place] of (await this.state.prepare(sql, readable)).entries()) places.set(readable[i]!.read, place)
    countCache(meter, 'state', this.state.asked())
    const until = clock.monotonic() + SCORING_MS
    const round: Round = { touched: [], wanted: new Map(), putOff: new Map() }
    const left: Slice[] = []
    for (const slice of slices) {
      const owned = this.owned.get(slice.partition)
      if (owned === undefined) continue
      const done = this.foldSome(owned, slice, places, round, until)
      round.touched.push(owned)
      const rest = this.advance(owned, slice, done)
      if (rest !== undefined) left.push(rest)
    }
    const wanted = [...round.wanted.values()]
    const putOff = [...round.putOff.values()]
    const made = [...round.wanted].map(([key, { at }]) => ({ partition: at.partition, key }))
    await this.commit(round.touched, this.answer(wanted), { putOff, made, answered: [] })
    this.spans.end()
    meter.count('answers_put_off_total', { processor: this.name }, putOff.length)
    this.observe(wanted)
    return left
  }

  /** Makes some of the answers that were put off, oldest first. */
  override async idle(): Promise<void> {
    const { sql, clock } = this.engine
    if (this.owed.dueInMs !== 0) return
    const begun = clock.monotonic()
    const page = await this.owed.page(sql, PAGE)
    const places = await this.state.prepare(sql, page)
    const { wanted, answers } = await this.answerSome(page, places)
    const answered = page.slice(0, wanted.length)
    const partitions = new Set([...this.owed.unsettled, ...answered.map(({ partition }) => partition)])
    const touched = [...partitions].map(partition => this.owned.get(partition)!)
    await this.commit(touched, answers, { putOff: [], made: [], answered })
    this.spans.end()
    this.owed.wasPublished(answered)
    this.owed.worked(begun)
    this.observe(wanted)
  }

  /** Answers as many of those owed as there is time for. */
  private async answerSome(page: readonly Owed[], places: readonly Place[]): Promise<{ wanted: Wanted[]; answers: Given[] }> {
    const { clock } = this.engine
    const until = clock.monotonic() + OWED_MS
    let breath = clock.monotonic() + SCORING_MS
    const wanted: Wanted[] = []
    const answers: Given[] = []
    for (const [i, { partition, event, offset, appendedAt, trace }] of page.entries()) {
      if (i > 0 && clock.monotonic() > until) break
      if (clock.monotonic() > breath) {
        await clock.sleep(0) // whoever looks something up does not wait for all of them
        breath = clock.monotonic() + SCORING_MS
      }
      const at = { partition, offset, appendedAt, personal: undefined, trace }
      const one = { place: places[i]!, event, at, span: undefined }
      wanted.push(one)
      answers.push(...this.answer([one]))
    }
    return { wanted, answers }
  }

  override get idleInMs(): number {
    return Math.min(super.idleInMs, this.owed.dueInMs ?? super.idleInMs)
  }

  override owing(): ReadonlyMap<number, OwedSince> {
    return this.owed.since
  }

  private foldSome(owned: Owned, slice: Slice, places: Map<Read, Place>, round: Round, until: number): number {
    const { partition, reads } = slice
    let late = false
    for (let i = 0; i < reads.length; i++) {
      late ||= (i & 15) === 15 && this.engine.clock.monotonic() > until
      if (late && reads[i]!.record !== reads[i - 1]!.record) return i
      const read = reads[i]!
      const { record, outcome } = read
      if (passed(owned.marks, read.mark)) continue
      const span = this.spans.process(read)
      if ('unreadable' in outcome) {
        countDeadLetter(this.engine, this, read, outcome.unreadable)
        span?.fail(outcome.unreadable.code)
        const source = sourceName(this.name, this.input.name, owned.generation, partition)
        const letter = deadLetter(this.name, read, outcome.unreadable)
        this.letters.add(source, record.offset, read.at, [letter], undefined, span?.trace)
        continue
      }
      const event = outcome.value
      const at = { partition, offset: record.offset, appendedAt: read.at, personal: undefined }
      const place = places.get(read)!
      const { state, score } = this.scorer.fold(this.state.get(place), event, at)
      this.state.set(place, state)
      if (score) this.want(round, read.key ?? '', { place, event, at, span })
    }
    return reads.length
  }

  private want({ wanted, putOff }: Round, key: string, one: Wanted): void {
    const { at, event, place, span } = one
    const earlier = wanted.get(key)?.span
    if (earlier !== undefined) span?.link(earlier.trace)
    wanted.delete(key)
    putOff.delete(key)
    const { partition, offset, appendedAt } = at
    const trace = (span ?? earlier)?.trace
    if (this.owed.isLate(appendedAt)) putOff.set(key, { partition, key, event, offset, appendedAt, trace })
    else wanted.set(key, { place, event, at, span: span ?? earlier })
  }

  private answer(wanted: readonly Wanted[]): Given[] {
    const views = this.views()
    return wanted.map(({ event, place, at, span }) => ({
      partition: place.partition,
      answer: this.scorer.score(this.state.get(place), event, views, at),
      trace: span?.trace ?? at.trace,
    }))
  }

  private observe(wanted: readonly Wanted[]): void {
    const { meter, clock } = this.engine
    for (const { at } of wanted)
      meter.observe('event_to_answer_seconds', { processor: this.name }, (clock.now() - at.appendedAt) / 1000)
  }

  private async commit(touched: readonly Owned[], answers: readonly Given[], changes: OwedChanges): Promise<void> {
    const { sql, log, clock, meter, at } = this.engine
    await at?.('folded', this.name)
    await log.publish(await this.letters.take()) // before the commit: nobody would write them again
    const begun = clock.monotonic()
    const next = new Map(touched.map(owned => [owned.partition, owned.next]))
    await sql.transaction(async tx => {
      const rows = answers.map(({ partition, answer }) => ({
        key: [this.scorer.key(answer)] as const,
        partition,
        entry: { answer, batch: changes.answered.length > 0 ? NO_BATCH : next.get(partition)! },
      }))
      rows.sort((a, b) => (keyText(a.key) < keyText(b.key) ? -1 : 1))
      const written = Promise.all([
        this.ownership.commit(tx, touched, clock.now()),
        this.state.save(tx),
        saveEntries(tx, this.answers, rows),
        this.owed.save(tx, new Set(next.keys()), changes),
      ])
      await this.endWith(tx, written)
    })
    this.state.saved()
    this.owed.saved(new Set(next.keys()), changes)
    meter.observe('commit_seconds', { processor: this.name }, (clock.monotonic() - begun) / 1000)
    await at?.('committed', this.name)
    await log.publish(answers.map(given => this.record(given.answer, this.sent(given))))
    await at?.('published', this.name)
  }

  /** Learns what is owed of a partition, and publishes what its last commits made: whether it was published is not known, and twice does no harm. */
  private async settle(owned: Owned): Promise<void> {
    const { sql, log } = this.engine
    const { name, columns, entry, key } = this.scorer.answers
    const { partition } = owned
    const names = [...key, ...columns.map(column => column.name)].join(', ')
    const keys = await this.owed.take(sql, partition)
    const rows = await sql.query(
      `SELECT ${names} FROM ${name} WHERE partition = $1 AND batch = $2 UNION ALL
       SELECT ${names} FROM ${name} WHERE ${key[0]} = ANY($3::text[]) AND batch = ${NO_BATCH} ORDER BY ${key[0]}`,
      [partition, owned.next, keys],
    )
    await log.publish(rows.map(row => this.record(entry(row))))
    this.owed.wasPublished(keys.map(key => ({ partition, key })))
  }

  private sent({ answer, trace }: Given): Trace | undefined {
    if (trace === undefined) return undefined
    return this.spans.send(this.scorer.outputs[0], trace, this.scorer.id(answer))?.trace
  }

  private record(answer: unknown, trace?: Trace): NewRecord {
    const { names, codec, clock } = this.engine
    const { topic, key, value } = this.scorer.record(answer)
    const timestamp = clock.now()
    return {
      topic: names.of(topic),
      partition: partitionOf(key, names.partitions(topic)),
      key,
      value: codec.encode(topic, value),
      headers: eventHeaders(topic, value, timestamp, trace),
      timestamp,
    }
  }
}

function* readableOf(slices: readonly Slice[]): Iterable<{ read: Read; event: unknown; partition: number }> {
  for (const { partition, reads } of slices)
    for (const read of reads) if ('value' in read.outcome) yield { read, event: read.outcome.value, partition }
}

function withBatch(table: Table<unknown>): Table<Answer> {
  const columns: Column<Answer>[] = table.columns.map(column => ({ ...column, value: ({ answer }) => column.value(answer) }))
  return {
    ...table,
    columns: [...columns, { name: 'batch', type: 'bigint', value: ({ batch }) => batch }],
    entry: row => ({ answer: table.entry(row), batch: row.batch as number }),
    empty: key => ({ answer: table.empty(key), batch: 0 }),
  }
}
