import type { Owned, SweepCursor } from './ownership.ts'
import type { AnyFold, Output, Position } from './processor.ts'
import type { Sql } from './sql.ts'
import type { Place, State } from './state.ts'

/** How many rows sweeps go through in one commit, over all partitions. */
const PAGE = 2000

export interface SweeperParts {
  readonly sql: Sql
  readonly fold: AnyFold
  readonly state: State<unknown, Record<string, unknown>>
  /** Adds outputs to those of the next commit. */
  readonly say: (owned: Owned, cursor: SweepCursor, outputs: readonly Output[]) => void
  readonly commit: (owned: readonly Owned[]) => Promise<void>
}

/** Where a partition's sweep stands, and the next rows it goes through. */
interface Page {
  readonly owned: Owned
  readonly cursor: SweepCursor
  readonly keys: readonly string[]
  readonly last: boolean
}

/**
 * Goes through the rows that records concern, a page a commit; the cursors commit with what the page led to (engine rule 10).
 * What concerns everybody comes to all partitions at once, so their pages share a commit, as rounds do.
 */
export class Sweeper {
  private readonly parts: SweeperParts

  constructor(parts: SweeperParts) {
    this.parts = parts
  }

  /** Ends the sweeps that are open in any of these partitions. */
  async run(all: Iterable<Owned>): Promise<void> {
    const swept = [...all]
    for (let open = unfinished(swept); open.length > 0; open = unfinished(swept)) {
      const pages = await this.pages(open)
      await this.fold(pages)
      await this.parts.commit(open)
    }
  }

  private async pages(open: readonly Owned[]): Promise<Page[]> {
    const { sql, fold, state } = this.parts
    const { key, table, rows } = fold.sweep!
    const causes = open.map(({ partition, cursor }) => ({ event: cursor!.cause, partition }))
    const places = await state.prepare(sql, causes)
    const most = Math.ceil(PAGE / open.length)
    return Promise.all(
      open.map(async (owned, i) => {
        const cursor = owned.cursor!
        const concerned = rows(state.get(places[i]!), 4, cursor.cause)
        const found = await sql.query<{ key: string }>(
          `SELECT ${key} AS key FROM ${table} WHERE partition = $1 AND ${key} > $2 AND (${concerned.text}) ORDER BY ${key} LIMIT $3`,
          [owned.partition, cursor.after, most, ...concerned.values],
        )
        return { owned, cursor, keys: found.map(row => row.key), last: found.length < most }
      }),
    )
  }

  /** Folds what the sweeps have to say to each row, and moves the cursors on. */
  private async fold(pages: readonly Page[]): Promise<void> {
    const { sql, fold, state } = this.parts
    const events = pages.flatMap(({ owned: { partition }, cursor, keys }) =>
      keys.map(key => ({ event: fold.sweep!.event(cursor.cause, key), partition })),
    )
    const places = await state.prepare(sql, events)
    let i = 0
    for (const page of pages) {
      const { owned, cursor, keys, last } = page
      let said = 0
      for (const _ of keys) {
        said += this.foldOne(page, events[i]!.event, places[i]!, said)
        i++
      }
      owned.cursor = last ? null : { ...cursor, after: keys.at(-1)!, n: cursor.n + said }
    }
  }

  /** Answers how many outputs there were, beside those that the sweep `said` before. */
  private foldOne({ owned, cursor }: Page, event: unknown, place: Place, said: number): number {
    const { fold, state, say } = this.parts
    const { offset, appendedAt } = cursor
    const at: Position = { partition: owned.partition, offset, appendedAt, personal: undefined }
    const folded = fold.fold(state.get(place), event, at)
    if (folded.refused !== undefined) throw new Error(`${fold.name} refused what its own sweep found: ${folded.refused.message}`)
    state.set(place, folded.state)
    say(owned, { ...cursor, n: cursor.n + said }, folded.outputs)
    return folded.outputs.length
  }
}

const unfinished = (all: readonly Owned[]): Owned[] => all.filter(({ cursor }) => cursor !== null)
