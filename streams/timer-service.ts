import type { Clock } from './clock.ts'
import { lease } from './lease.ts'
import type { Outbound, Publish } from './outbound.ts'
import type { Dispatcher } from './processor.ts'
import type { Sql } from './sql.ts'

/** Rows of a table that say when something is due, `told_at` being the instant that was told last. */
export interface DueRows {
  readonly name: string
  readonly table: string
  /** Names a row. */
  readonly key: string
  /** What is told of a row that is due at an instant (epoch ms): its id names both, so that readers drop what comes twice. */
  readonly record: (key: string, due: number) => Outbound
}

type Due = { readonly key: string; readonly due_at: number }

export interface TimerServiceParts {
  readonly sql: Sql
  readonly publish: Publish
  readonly clock: Clock
  /** Rows told at once. */
  readonly page?: number
}

const PAGE = 2000
/** How often it looks, in ms: so much later than due a timer goes off where nothing else is to be done. */
const POLL_MS = 250
const LEASE_MS = 3000
/** How often it looks whether a page was folded, and how long it waits for one of which something is never folded, in ms. */
const LOOK_MS = 20
const PATIENCE_MS = 2000

/**
 * Tells the log of timers that are due (engine rule 11), the longest due first. It is for those who are idle: whoever does something has their timers go
 * off before it anyway, and a timer that is gone by the time it is read is ignored. So nothing depends on how late it is, or on how often it tells; a crash
 * between telling and noting it tells again.
 *
 * It is two pages ahead of the folds at most: of many timers that are due at once no event of anybody else is to wait behind all.
 */
export function timerService(rows: DueRows, { sql, publish, clock, page = PAGE }: TimerServiceParts): Dispatcher {
  const { name, table, key, record } = rows
  const held = lease(sql, clock, name, LEASE_MS)

  /** Tells a page; answers what it had. */
  async function tell(): Promise<readonly Due[]> {
    const due = await sql.query<Due>(
      `SELECT ${key} AS key, due_at FROM ${table}
       WHERE due_at IS NOT NULL AND told_at IS DISTINCT FROM due_at AND due_at <= $1 ORDER BY due_at LIMIT $2`,
      [clock.now(), page],
    )
    if (due.length === 0 || !(await held.mine())) return []
    await publish(due.map(row => record(row.key, row.due_at)))
    // Rows that a fold just writes are left out: what is told twice is read once, and nobody waits for anybody.
    await sql.query(
      `UPDATE ${table} t SET told_at = u.due_at FROM unnest($1::text[], $2::bigint[]) AS u(key, due_at)
       WHERE t.${key} = u.key AND t.ctid IN (SELECT ctid FROM ${table} WHERE ${key} = ANY($1::text[]) FOR UPDATE SKIP LOCKED)`,
      [due.map(row => row.key), due.map(row => row.due_at)],
    )
    return due
  }

  /** Until none of them is due any more. */
  async function folded(told: readonly Due[], signal: AbortSignal): Promise<void> {
    const over = clock.monotonic() + PATIENCE_MS
    const values = [told.map(row => row.key), told.map(row => row.due_at)]
    while (!signal.aborted && clock.monotonic() < over) {
      const [left] = await sql.query(
        `SELECT FROM ${table} t JOIN unnest($1::text[], $2::bigint[]) AS u(key, due_at) ON t.${key} = u.key AND t.due_at = u.due_at LIMIT 1`,
        values,
      )
      if (left === undefined) return
      await clock.sleep(LOOK_MS, signal)
    }
  }

  async function work(signal: AbortSignal): Promise<void> {
    let before: readonly Due[] = []
    while (!signal.aborted) {
      const told = await tell()
      if (told.length < page) await clock.sleep(POLL_MS, signal)
      else await folded(before, signal)
      before = told
    }
  }

  return { kind: 'dispatcher', name, run: signal => work(signal).finally(() => held.giveBack()) }
}

/** How long the longest overdue timer has been due, in seconds; 0 where none is. */
export async function oldestOverdue(sql: Sql, table: string, now: number): Promise<number> {
  const [row] = await sql.query(`SELECT min(due_at) AS due FROM ${table} WHERE due_at IS NOT NULL`)
  const due = row?.due as number | null | undefined
  return due === null || due === undefined ? 0 : Math.max(0, (now - due) / 1000)
}
