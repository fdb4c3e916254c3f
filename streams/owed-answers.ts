import type { Clock } from './clock.ts'
import type { SqlRow, Tx } from './sql.ts'
import type { Trace } from './tracer.ts'

/** Up to where a processor has done a partition, as a column of `ownership o`: where answers are owed, no further than the oldest of them. */
export const DONE_UP_TO = `least(o.next,
  (SELECT min(since) FROM owed_answers a WHERE a.processor = o.processor AND a.partition = o.partition AND NOT answered))`

/** An answer put off: whose it is, and the record that asked for it last. */
export interface Owed {
  readonly partition: number
  readonly key: string
  readonly event: unknown
  readonly offset: number
  /** Epoch ms. */
  readonly appendedAt: number
  readonly trace: Trace | undefined
}

/** From where on answers of a partition are owed. */
export interface OwedSince {
  readonly offset: number
  /** Epoch ms when the record there was appended first. */
  readonly appendedAt: number
}

/** What a commit does about them. */
export interface OwedChanges {
  readonly putOff: readonly Owed[]
  /** Made without having been looked up among those owed. */
  readonly made: readonly { readonly partition: number; readonly key: string }[]
  /** Of those owed, the ones made now: struck off once they are published. */
  readonly answered: readonly Owed[]
}

interface Place {
  readonly partition: number
  readonly key: string
}

/** A record appended so long ago is of a backlog: state comes first, and the answer it asks for is put off. */
const LATE_MS = 10_000
/** The backlog is over when nothing was put off for this long. */
const OVER_MS = 1000
/** While it goes on, answers put off get this share of the time, for folds work in the same loop. */
const SHARE = 0.2

/**
 * The answers that a scorer owes, as rows, so that a crash forgets none. The oldest come first: by the record that asked for them first,
 * however often others asked since. One that is made stays until it is published, for whoever takes the partition then must publish it.
 */
export class OwedAnswers {
  private readonly processor: string
  private readonly clock: Clock
  private readonly oldest = new Map<number, OwedSince>()
  /** Published, and still to be struck off. */
  private published: Place[] = []
  /** Monotonic ms: when an answer was put off last, and until when none of them is made. */
  private putOffAt = Number.NEGATIVE_INFINITY
  private resting = Number.NEGATIVE_INFINITY

  constructor(processor: string, clock: Clock) {
    this.processor = processor
    this.clock = clock
  }

  /** Since when answers are owed, by partition. */
  get since(): ReadonlyMap<number, OwedSince> {
    return this.oldest
  }

  /** Whether an answer to what was appended then (epoch ms) is to be put off. */
  isLate(appendedAt: number): boolean {
    return this.clock.now() - appendedAt > LATE_MS
  }

  /** In how many ms there is something to do; undefined: nothing is owed. */
  get dueInMs(): number | undefined {
    if (this.oldest.size === 0 && this.published.length === 0) return undefined
    return Math.max(0, this.resting - this.clock.monotonic())
  }

  /** Some were made since `begun`, monotonic ms. */
  worked(begun: number): void {
    const now = this.clock.monotonic()
    this.resting = now - this.putOffAt < OVER_MS ? begun + (now - begun) / SHARE : now
  }

  /** Partitions that a commit has something to strike off in. */
  get unsettled(): number[] {
    return this.published.map(({ partition }) => partition)
  }

  /** Learns what is owed of a partition just taken; answers the keys of those that were made and perhaps never published. */
  async take(tx: Tx, partition: number): Promise<string[]> {
    const [since, answered] = await Promise.all([
      tx.query(
        'SELECT since, since_at FROM owed_answers WHERE processor = $1 AND partition = $2 AND NOT answered ORDER BY since LIMIT 1',
        [this.processor, partition],
      ),
      tx.query('SELECT key FROM owed_answers WHERE processor = $1 AND partition = $2 AND answered', [this.processor, partition]),
    ])
    this.oldest.delete(partition)
    for (const row of since) this.oldest.set(partition, sinceOf(row))
    return answered.map(({ key }) => key as string)
  }

  drop(partitions: readonly number[]): void {
    for (const partition of partitions) this.oldest.delete(partition)
    this.published = this.published.filter(({ partition }) => !partitions.includes(partition))
  }

  clear(): void {
    this.oldest.clear()
    this.published = []
  }

  /** The oldest of each partition that has any. What is not among them is not owed: a partition that has none leaves `since`. */
  async page(tx: Tx, most: number): Promise<Owed[]> {
    const partitions = [...this.oldest.keys()]
    if (partitions.length === 0) return []
    const rows = await tx.query(
      `SELECT o.* FROM unnest($2::integer[]) AS p(partition) CROSS JOIN LATERAL
         (SELECT partition, key, since, since_at, event, at_offset, appended_at, trace FROM owed_answers
          WHERE processor = $1 AND partition = p.partition AND NOT answered ORDER BY since LIMIT $3) AS o
       ORDER BY o.since_at, o.partition, o.since`,
      [this.processor, partitions, Math.ceil(most / partitions.length)],
    )
    this.oldest.clear()
    for (const row of rows) if (!this.oldest.has(row.partition as number)) this.oldest.set(row.partition as number, sinceOf(row))
    return rows.map(owedOf)
  }

  /** Part of the round's transaction, after its guarded update of `touched`. */
  async save(tx: Tx, touched: ReadonlySet<number>, { putOff, made, answered }: OwedChanges): Promise<void> {
    const told = this.published.filter(({ partition }) => touched.has(partition))
    const gone = [...told, ...made.filter(({ partition }) => this.oldest.has(partition))]
    // In this order: who is put off anew after an answer was published is owed another one.
    await Promise.all([this.strikeOff(tx, gone), this.markAnswered(tx, answered), this.put(tx, putOff)])
  }

  /** The commit went through. */
  saved(touched: ReadonlySet<number>, { putOff }: OwedChanges): void {
    this.published = this.published.filter(({ partition }) => !touched.has(partition))
    if (putOff.length > 0) this.putOffAt = this.clock.monotonic()
    for (const { partition, offset, appendedAt } of putOff)
      if (!this.oldest.has(partition)) this.oldest.set(partition, { offset, appendedAt })
  }

  /** These reached their topic. */
  wasPublished(places: readonly Place[]): void {
    this.published.push(...places)
  }

  private async strikeOff(tx: Tx, places: readonly Place[]): Promise<void> {
    if (places.length === 0) return
    await tx.query(
      `DELETE FROM owed_answers o USING unnest($2::integer[], $3::text[]) AS u(partition, key)
       WHERE o.processor = $1 AND o.partition = u.partition AND o.key = u.key`,
      [this.processor, ...columnsOf(places)],
    )
  }

  private async markAnswered(tx: Tx, places: readonly Place[]): Promise<void> {
    if (places.length === 0) return
    await tx.query(
      `UPDATE owed_answers o SET answered = true FROM unnest($2::integer[], $3::text[]) AS u(partition, key)
       WHERE o.processor = $1 AND o.partition = u.partition AND o.key = u.key`,
      [this.processor, ...columnsOf(places)],
    )
  }

  private async put(tx: Tx, all: readonly Owed[]): Promise<void> {
    if (all.length === 0) return
    await tx.query(
      `INSERT INTO owed_answers (processor, partition, key, since, since_at, event, at_offset, appended_at, trace)
       SELECT $1, u.partition, u.key, u.at_offset, u.appended_at, u.event::jsonb, u.at_offset, u.appended_at, u.trace
       FROM unnest($2::integer[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[])
         AS u(partition, key, event, at_offset, appended_at, trace)
       ON CONFLICT (processor, partition, key) DO UPDATE SET
         event = excluded.event, at_offset = excluded.at_offset, appended_at = excluded.appended_at, trace = excluded.trace`,
      [
        this.processor,
        ...columnsOf(all),
        all.map(({ event }) => JSON.stringify(event)),
        all.map(({ offset }) => offset),
        all.map(({ appendedAt }) => appendedAt),
        all.map(({ trace }) => trace ?? null) as string[],
      ],
    )
  }
}

const columnsOf = (places: readonly Place[]): [number[], string[]] => [
  places.map(({ partition }) => partition),
  places.map(({ key }) => key),
]

const sinceOf = (row: SqlRow): OwedSince => ({ offset: row.since as number, appendedAt: row.since_at as number })

const owedOf = (row: SqlRow): Owed => ({
  partition: row.partition as number,
  key: row.key as string,
  event: row.event,
  offset: row.at_offset as number,
  appendedAt: row.appended_at as number,
  trace: (row.trace as Trace | null) ?? undefined,
})
