import type { Topic } from '../schemas/topic.ts'
import { type Bell, bell } from './bell.ts'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import { lease } from './lease.ts'
import type { Meter } from './meter.ts'
import type { Outbound, Publish } from './outbound.ts'
import type { Dispatcher } from './processor.ts'
import type { Sql, SqlRow } from './sql.ts'

/** Rows of a table that happened outside of every fold and are to be told to the log. Its column `reported` says which were. */
export interface Reports {
  readonly name: string
  readonly outputs: readonly Topic[]
  readonly table: string
  /** Names a row; its records carry it as their id, so that readers drop what comes twice. */
  readonly id: string
  /** Grows among rows that must stay in order; the later of two is never visible before the earlier. */
  readonly order: string
  readonly columns: readonly string[]
  /** Sorts rows for the metrics: a few words at most. */
  readonly kind: (row: SqlRow) => string
  /** The ids by which what became of a row can be found in the journal. */
  readonly ids: (row: SqlRow) => Readonly<Record<string, unknown>>
  /** What a row says to the log. Rows in order must have the same key on each topic. */
  readonly records: (row: SqlRow) => readonly Outbound[]
}

export interface ScannerOptions {
  readonly sql: Sql
  readonly publish: Publish
  readonly clock: Clock
  readonly meter: Meter
  readonly journal: Journal
  /** Rows appended at once. */
  readonly page?: number
}

/** A scanner at work, and a way to tell it that there are rows; without it, it looks by itself. */
export interface Scanner extends Dispatcher {
  wake(): void
}

const PAGE = 1000
const POLL = { first: 50, longest: 500 } as const
/** After a page that was not full, in ms: what comes meanwhile goes together. */
const GATHER_MS = 10
/** How long another instance leaves the appending to one that says nothing more. */
const LEASE_MS = 3000

/**
 * Appends rows not yet reported to the log and then sets their flag (engine rule 7).
 *
 * A crash between the two appends them again. First appearances stay in order even when two instances append at once: a page holds
 * every unreported row up to its end, and a row is flagged only once it is durable; so whoever appends a row has appended those before
 * it, or somebody had. The lease only spares the log the copies.
 */
export function scanner(reports: Reports, { sql, publish, clock, meter, journal, page = PAGE }: ScannerOptions): Scanner {
  const rows: Bell = bell(clock)
  const held = lease(sql, clock, reports.name, LEASE_MS)

  /** Reports a page; answers how many rows it had, undefined when somebody else is at it. */
  async function report(): Promise<number | undefined> {
    const { table, id, order, columns, records } = reports
    const found = await sql.query(
      `SELECT ${id} AS id, ${columns.join(', ')} FROM ${table} WHERE NOT reported ORDER BY ${order} LIMIT $1`,
      [page],
    )
    if (found.length === 0) return 0
    if (!(await held.mine())) return undefined
    await publish(found.flatMap(records))
    await sql.query(`UPDATE ${table} SET reported = true WHERE ${id} = ANY($1::text[])`, [found.map(row => row.id as string)])
    for (const row of found) {
      meter.count('reports_total', { scanner: reports.name, kind: reports.kind(row) })
      journal.info('told', { scanner: reports.name, kind: reports.kind(row), ...reports.ids(row) })
    }
    return found.length
  }

  async function work(signal: AbortSignal): Promise<void> {
    let pollMs: number = POLL.first
    while (!signal.aborted) {
      const reported = await report()
      if (reported === page) continue
      if (reported !== undefined && reported > 0) {
        pollMs = POLL.first
        await clock.sleep(GATHER_MS, signal)
      } else {
        await rows.wait(pollMs, signal)
        pollMs = Math.min(POLL.longest, pollMs * 2)
      }
    }
  }

  const run = (signal: AbortSignal): Promise<void> => work(signal).finally(() => held.giveBack())

  return { kind: 'dispatcher', name: reports.name, run, wake: () => rows.ring() }
}
