import type { End } from './log.ts'
import type { Marks } from './marks.ts'
import { MOMENT } from './moment.ts'
import type { Tx } from './sql.ts'

/** How far outputs reach, by topic, then by partition: what a reader must have passed to have seen all that came of the input so far. */
export type Ends = Record<string, Record<string, number>>

/** Where a sweep stands: the event that caused it, and the last row it came to. */
export interface SweepCursor {
  readonly cause: unknown
  readonly offset: number
  readonly appendedAt: number
  readonly after: string
  readonly n: number
}

/** A partition that this instance holds: what its row said when it was taken, and what has changed since. */
export interface Owned {
  readonly partition: number
  readonly epoch: number
  readonly generation: number
  next: number
  /** Records done so far, those of bundles one by one: with `next` it tells people how much has passed. */
  folded: number
  cursor: SweepCursor | null
  marks: Marks
  ends: Ends
}

/** Somebody else holds the partition now: nothing of this batch may be kept. Not a fault. */
export class Fenced extends Error {
  readonly partitions: readonly number[]

  constructor(processor: string, partitions: readonly number[]) {
    super(`${processor} lost partition ${partitions.join(', ')} to another instance; its batch is left to the new owner`)
    this.partitions = partitions
  }
}

/** A rebuild is being handed over: the partition can be taken in a moment. Not a fault. */
export class Held extends Error {
  constructor(processor: string, partition: number) {
    super(`${processor} partition ${partition} is held while a rebuild of it is handed over`)
  }
}

/** SQLSTATE of a commit by an owner that is none. */
const FENCED = 'TR001'

/** One row per (processor, partition) holds owner, epoch and next offset: they are the truth, and every commit is guarded by them. */
export class Ownership {
  private readonly processor: string
  private readonly owner: string
  private readonly generation: number

  constructor(processor: string, owner: string, generation: number) {
    this.processor = processor
    this.owner = owner
    this.generation = generation
  }

  /**
   * Takes a partition, waiting for a commit in flight, so that what is read afterwards is what the last owner left.
   * Throws `Held` while a rebuild has it, or asks for it and it was given up. A row that is there keeps its generation: it says whose state the tables have.
   */
  async take(tx: Tx, partition: number, now: number): Promise<Owned> {
    const [row] = await tx.query(
      `INSERT INTO ownership (processor, partition, owner, epoch, generation, next, committed_at)
       VALUES ($1, $2, $3, 1, coalesce((SELECT max(generation) FROM ownership WHERE processor = $1), $4), 0, $5)
       ON CONFLICT (processor, partition) DO UPDATE SET owner = excluded.owner, epoch = ownership.epoch + 1
       WHERE ownership.held_until <= ${MOMENT} OR ownership.owner NOT IN ('', ownership.held_by)
       RETURNING epoch, generation, next, folded, cursor, marks, ends`,
      [this.processor, partition, this.owner, this.generation, now],
    )
    if (row === undefined) throw new Held(this.processor, partition)
    return { partition, ...row } as Owned
  }

  /** Throws `Fenced` when any of the partitions is somebody else's by now: for owners that have nothing to commit. */
  async verify(tx: Tx, owned: readonly Owned[]): Promise<void> {
    if (owned.length === 0) return
    const lost = await tx.query(
      `SELECT u.partition FROM unnest($3::integer[], $4::bigint[]) AS u(partition, epoch) WHERE NOT EXISTS
         (SELECT FROM ownership o WHERE o.processor = $1 AND o.owner = $2 AND o.partition = u.partition AND o.epoch = u.epoch)`,
      [this.processor, this.owner, owned.map(o => o.partition), owned.map(o => o.epoch)],
    )
    if (lost.length > 0)
      throw new Fenced(
        this.processor,
        lost.map(row => row.partition as number),
      )
  }

  /**
   * Leaves partitions to nobody, of those given any, or only what a rebuild asks for; answers which. To be called when nothing of theirs
   * is published that is not committed: a rebuilt state would tell it once more, under marks that its readers do not know.
   */
  async giveUp(tx: Tx, owned: readonly Owned[], which: 'asked for' | 'any'): Promise<number[]> {
    if (owned.length === 0) return []
    const given = await tx.query(
      `UPDATE ownership o SET owner = '', epoch = o.epoch + 1 FROM unnest($3::integer[], $4::bigint[]) AS u(partition, epoch)
       WHERE o.processor = $1 AND o.owner = $2 AND o.partition = u.partition AND o.epoch = u.epoch AND ($5 OR o.held_until > ${MOMENT})
       RETURNING o.partition`,
      [this.processor, this.owner, owned.map(o => o.partition), owned.map(o => o.epoch), which === 'any'],
    )
    return given.map(row => row.partition as number)
  }

  /**
   * The first statement of every commit; `ends` are those of what was published for it. Throws `Fenced` when any of the partitions is
   * somebody else's by now. The statement itself fails then, so that COMMIT may be in flight behind it.
   */
  async commit(tx: Tx, owned: readonly Owned[], now: number, ends: readonly End[] = []): Promise<void> {
    if (ends.length > 0) for (const o of owned) o.ends = withEnds(o.ends, ends)
    const asked = tx.query(
      `WITH kept AS (
         UPDATE ownership o SET next = u.next, cursor = u.cursor::jsonb, marks = u.marks::jsonb, folded = u.folded, ends = u.ends::jsonb, committed_at = $3
         FROM unnest($4::integer[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::text[]) AS u(partition, epoch, next, cursor, marks, folded, ends)
         WHERE o.processor = $1 AND o.owner = $2 AND o.partition = u.partition AND o.epoch = u.epoch RETURNING o.partition)
       SELECT refuse_fenced($4::integer[], ARRAY(SELECT partition FROM kept))`,
      [
        this.processor,
        this.owner,
        now,
        owned.map(o => o.partition),
        owned.map(o => o.epoch),
        owned.map(o => o.next),
        owned.map(o => (o.cursor === null ? null : JSON.stringify(o.cursor))),
        owned.map(o => JSON.stringify(o.marks)),
        owned.map(o => o.folded),
        owned.map(o => JSON.stringify(o.ends)),
      ],
    )
    await asked.catch(error => {
      throw fenced(this.processor, error) ?? error
    })
  }

  /** Reads again what the rows say of partitions held before; those that are somebody else's by now are left out. */
  async reread(tx: Tx, held: readonly Owned[]): Promise<Owned[]> {
    const rows = await tx.query(
      `SELECT o.partition, o.epoch, o.generation, o.next, o.folded, o.cursor, o.marks, o.ends FROM ownership o
       JOIN unnest($3::integer[], $4::bigint[]) AS u(partition, epoch) ON o.partition = u.partition AND o.epoch = u.epoch
       WHERE o.processor = $1 AND o.owner = $2 FOR UPDATE OF o`,
      [this.processor, this.owner, held.map(o => o.partition), held.map(o => o.epoch)],
    )
    return rows as unknown as Owned[]
  }
}

/** What `refuse_fenced` (infra/migrations) raised. */
function fenced(processor: string, error: unknown): Fenced | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === FENCED && 'detail' in error)) return undefined
  return new Fenced(processor, String(error.detail).split(' ').map(Number))
}

function withEnds(ends: Ends, more: readonly End[]): Ends {
  const merged: Ends = Object.fromEntries(Object.entries(ends).map(([topic, of]) => [topic, { ...of }]))
  for (const { topic, partition, end } of more) {
    merged[topic] ??= {}
    const of = merged[topic]
    of[partition] = Math.max(of[partition] ?? 0, end)
  }
  return merged
}
