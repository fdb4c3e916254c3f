import type { Clock } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { ENDED, type Marks, sourceName } from '../marks.ts'
import { MOMENT } from '../moment.ts'
import type { Sql, Tx } from '../sql.ts'
import type { Beside } from './beside.ts'
import { raise, takePlace } from './beside-tables.ts'
import type { RebuildPlan } from './plan.ts'
import { type Claimed, finish } from './rebuild-row.ts'
import { nextOf, type Standing, standings } from './standing.ts'

/** The state that serves did not come to rest; what was held is free again, and it is tried anew later. */
export class NotYet extends Error {
  override readonly name = 'NotYet'
}

/** Waits until it is ready; throws `NotYet`, saying what came otherwise, when that takes too long. */
type Until = (otherwise: string, ready: () => Promise<boolean>) => Promise<void>

/** A hold that its owner does not renew ends by itself: the state that serves goes on, as if nothing had been. */
const HOLD_MS = 15_000
/** For all of it. Whoever is held stands still meanwhile. */
const HANDOVER_MS = 20_000
const POLL_MS = 50
const SWITCHES = 5

/**
 * Puts the rebuilt state in the place of the one that serves.
 *
 * The processors are brought to rest in the order in which an event meets them: each is asked for, and given up where its last commit left
 * it, once it has folded all that those before it said. Then the new state is folded to exactly there, and one transaction swaps tables, generation and
 * marks. Events go on being accepted, and lookups go on being answered from the old state, until the swap.
 */
export class Handover {
  private readonly engine: Engine
  private readonly sql: Sql
  private readonly clock: Clock
  private readonly plan: RebuildPlan
  private readonly claimed: Claimed
  private readonly names: readonly string[]

  constructor(engine: Engine, plan: RebuildPlan, claimed: Claimed) {
    this.engine = engine
    this.sql = engine.sql
    this.clock = engine.clock
    this.plan = plan
    this.claimed = claimed
    this.names = plan.processors.map(({ name }) => name)
  }

  /** Makes a row of every partition: one that nobody ever took could not be held. */
  async prepare(): Promise<void> {
    for (const { name, input } of this.plan.processors)
      await this.sql.query(
        `INSERT INTO ownership (processor, partition, owner, epoch, generation, next, committed_at)
         SELECT $1, n, '', 0, coalesce((SELECT max(generation) FROM ownership WHERE processor = $1), 1), 0, 0
         FROM generate_series(0, $2::integer - 1) AS n ON CONFLICT DO NOTHING`,
        [name, this.engine.names.partitions(input)],
      )
  }

  /** Throws `NotYet` when the time for it is not there, and what `check` throws: it is asked while it waits. */
  async hand(beside: Beside, check: () => void): Promise<void> {
    const until = this.waiter(check)
    try {
      await this.rest(until)
      await until('the new state did not come to the same place', async () => caughtUp(await beside.behind()))
      await beside.stop()
      await this.switch()
    } catch (error) {
      await this.release()
      throw error
    }
  }

  /** Says that the holds are still meant. */
  async renew(): Promise<void> {
    await this.sql.query(
      `UPDATE ownership SET held_until = ${MOMENT} + $3::bigint WHERE processor = ANY($1::text[]) AND held_by = $2`,
      [this.names, this.claimed.token, HOLD_MS],
    )
  }

  /** Gives back what is held. */
  async release(): Promise<void> {
    await this.sql.query(
      `UPDATE ownership SET held_until = 0, held_by = NULL, owner = CASE owner WHEN $2 THEN '' ELSE owner END
       WHERE processor = ANY($1::text[]) AND held_by = $2`,
      [this.names, this.claimed.token],
    )
  }

  private async rest(until: Until): Promise<void> {
    for (const { name, input } of this.plan.processors) {
      const writers = this.plan.processors.filter(({ outputs }) => this.plan.inner.includes(input) && outputs.includes(input))
      const told = await standings(
        this.sql,
        writers.map(writer => writer.name),
      )
      const reach = reachOf([...told.values()].flat(), this.engine.names.of(input))
      await until(`${name} did not come to the end of what it was told: is a Tarang running?`, async () => {
        const now = (await standings(this.sql, [name])).get(name)!
        return [...reach].every(([partition, end]) => nextOf(now, partition) >= end)
      })
      await this.ask(name)
      await until(`${name} was not given up by whoever has it`, () => this.take(name))
    }
  }

  /** From now on its partitions are given up between two batches (ownership.ts), and nobody takes them. */
  private async ask(name: string): Promise<void> {
    await this.sql.query(`UPDATE ownership SET held_by = $2, held_until = ${MOMENT} + $3::bigint WHERE processor = $1`, [
      name,
      this.claimed.token,
      HOLD_MS,
    ])
  }

  /** What was not given up is left: its owner may have died in the middle of a batch, which somebody has to end first, and may take it for that. */
  private async take(name: string): Promise<boolean> {
    return this.sql.transaction(async tx => {
      const rows = await tx.query(
        "SELECT owner = '' AND cursor IS NULL AS free FROM ownership WHERE processor = $1 ORDER BY partition FOR UPDATE",
        [name],
      )
      if (!rows.every(row => row.free === true)) return false
      await tx.query('UPDATE ownership SET owner = $2, epoch = epoch + 1 WHERE processor = $1', [name, this.claimed.token])
      return true
    })
  }

  /** Its time counts from now, over everything that is waited for. */
  private waiter(check: () => void): Until {
    const begun = this.clock.monotonic()
    return async (otherwise, ready) => {
      while (!(await ready())) {
        check()
        if (this.clock.monotonic() - begun > HANDOVER_MS) throw new NotYet(otherwise)
        await this.clock.sleep(POLL_MS)
      }
    }
  }

  /** Readers of the tables are waited for, and not for long: what they read must not stand still. */
  private async switch(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.sql.transaction(tx => this.swap(tx))
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (attempt === SWITCHES || (code !== LOCK_TIMEOUT && code !== DEADLOCK)) throw error
        await this.clock.sleep(POLL_MS * attempt)
      }
    }
  }

  private async swap(tx: Tx): Promise<void> {
    const { processors } = this.plan
    const { schema, home, generation, token } = this.claimed
    await tx.script("SET LOCAL lock_timeout = '2s'")
    const free = await tx.query(
      `SELECT processor FROM ownership WHERE processor = ANY($1::text[]) AND (owner <> $2 OR held_until <= ${MOMENT}) FOR UPDATE`,
      [this.names, token],
    )
    if (free.length > 0) throw new NotYet('it took too long')
    await raise(tx, schema, home, processors)
    const before = await standings(tx, this.names)
    await takePlace(tx, schema, home, processors)
    for (const [name, rows] of before) {
      const marks = rows.map(row => JSON.stringify(this.marksAfter(name, row, before)))
      await tx.query(
        `UPDATE ownership o SET owner = '', epoch = epoch + 1, held_until = 0, held_by = NULL, generation = $2, marks = u.marks::jsonb
         FROM unnest($3::integer[], $4::text[]) AS u(partition, marks) WHERE o.processor = $1 AND o.partition = u.partition`,
        [name, generation, rows.map(({ partition }) => partition), marks],
      )
    }
    await finish(tx, this.claimed, this.clock.now())
  }

  /** What the older generation of those before it said, and may still have under way, is not for the new state. */
  private marksAfter(name: string, { marks }: Standing, before: ReadonlyMap<string, readonly Standing[]>): Marks {
    const { input } = this.plan.processors.find(processor => processor.name === name)!
    if (!this.plan.inner.includes(input)) return marks
    const ended: Marks = { ...marks }
    for (const writer of this.plan.processors.filter(({ outputs }) => outputs.includes(input)))
      for (const { partition, generation } of before.get(writer.name)!)
        ended[sourceName(writer.name, writer.input.name, generation, partition)] = ENDED
    return ended
  }
}

const LOCK_TIMEOUT = '55P03'
const DEADLOCK = '40P01'

export const caughtUp = ({ unread, inner }: { unread: number; inner: number }): boolean => unread === 0 && inner === 0

/** How far outputs reach into a topic. */
function reachOf(writers: readonly Standing[], topic: string): Map<number, number> {
  const reach = new Map<number, number>()
  for (const { ends } of writers)
    for (const [partition, end] of Object.entries(ends[topic] ?? {}))
      reach.set(Number(partition), Math.max(end, reach.get(Number(partition)) ?? 0))
  return reach
}
