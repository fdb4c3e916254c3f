import type { Owned, SweepCursor } from './ownership.ts'
import type { AnyFold, Output, Position } from './processor.ts'
import type { Sql } from './sql.ts'
import type { State } from './state.ts'

/** How many rows a sweep goes through in one commit. */
const PAGE = 2000

export interface SweeperParts {
  readonly sql: Sql
  readonly fold: AnyFold
  readonly state: State<unknown, Record<string, unknown>>
  /** Adds outputs to those of the next commit. */
  readonly say: (owned: Owned, cursor: SweepCursor, outputs: readonly Output[]) => void
  readonly commit: (owned: Owned) => Promise<void>
}

/** Goes through the rows a record concerns, a page a commit; the cursor commits with what the page led to (engine rule 10). */
export class Sweeper {
  private readonly parts: SweeperParts

  constructor(parts: SweeperParts) {
    this.parts = parts
  }

  async run(owned: Owned): Promise<void> {
    for (let cursor = owned.cursor; cursor !== null; cursor = owned.cursor) {
      const keys = await this.page(owned, cursor)
      const said = await this.fold(owned, cursor, keys)
      owned.cursor = keys.length < PAGE ? null : { ...cursor, after: keys.at(-1)!, n: cursor.n + said }
      await this.parts.commit(owned)
    }
  }

  /** Folds what the sweep has to say to each row; answers how many outputs there were. */
  private async fold(owned: Owned, cursor: SweepCursor, keys: readonly string[]): Promise<number> {
    const { sql, fold, state, say } = this.parts
    const { partition } = owned
    const events = keys.map(key => fold.sweep!.event(cursor.cause, key))
    const places = await state.prepare(
      sql,
      events.map(event => ({ event, partition })),
    )
    const at: Position = { partition, offset: cursor.offset, appendedAt: cursor.appendedAt, personal: undefined }
    let said = 0
    for (const [i, event] of events.entries()) {
      const folded = fold.fold(state.get(places[i]!), event, at)
      if (folded.refused !== undefined)
        throw new Error(`${fold.name} refused what its own sweep found: ${folded.refused.message}`)
      state.set(places[i]!, folded.state)
      say(owned, { ...cursor, n: cursor.n + said }, folded.outputs)
      said += folded.outputs.length
    }
    return said
  }

  private async page({ partition }: Owned, { cause, after }: SweepCursor): Promise<string[]> {
    const { sql, fold, state } = this.parts
    const sweep = fold.sweep!
    const [place] = await state.prepare(sql, [{ event: cause, partition }])
    const rows = sweep.rows(state.get(place!), 4)
    const found = await sql.query(
      `SELECT ${sweep.key} AS key FROM ${sweep.table} WHERE partition = $1 AND ${sweep.key} > $2 AND (${rows.text}) ORDER BY ${sweep.key} LIMIT $3`,
      [partition, after, PAGE, ...rows.values],
    )
    return found.map(row => row.key as string)
  }
}
