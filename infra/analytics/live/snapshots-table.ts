import type { AnalyticsSnapshot } from '../../../schemas/analytics-snapshot.ts'
import type { Sql, Tx } from '../../../streams/sql.ts'
import type { MadeSnapshot } from './snapshot-messages.ts'

/** How `body` and `segments` are written. Of another format nothing is read, in either direction: versions may run side by side. */
export const FORMAT = 1

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** All of the last two days are kept, then the last of each day (UTC) for ninety. */
const ALL_MS = 48 * HOUR
const DAILY_MS = 90 * DAY
const PAGE = 5000

export interface SnapshotPlace {
  /** Of the newest snapshot, 0 where there is none. */
  readonly seq: number
  readonly takenAt: number
  readonly buyers: number
  readonly tookMs: number
}

/** The newest snapshot of any format. */
export async function newestPlace(sql: Tx): Promise<SnapshotPlace> {
  const [row] = await sql.query('SELECT seq, taken_at, buyers, took_ms FROM analytics_snapshots ORDER BY seq DESC LIMIT 1')
  if (row === undefined) return { seq: 0, takenAt: 0, buyers: 0, tookMs: 0 }
  return { seq: row.seq as number, takenAt: row.taken_at as number, buyers: row.buyers as number, tookMs: row.took_ms as number }
}

export interface Stored {
  readonly after: SnapshotPlace
  readonly takenAt: number
  readonly tookMs: number
  readonly currency: string
  /** How many customers had numbers when it was begun. */
  readonly numbered: number
}

/** Stores a snapshot as the one after the newest, and numbers the customers it met first, both or neither; false where another instance was faster. */
export async function storeSnapshot(sql: Sql, made: MadeSnapshot, stored: Stored): Promise<boolean> {
  const { joined, segments, names } = made
  const record = recordOf(made, stored)
  const { id, seq, takenAt, asOf, buyers } = record
  const values = [id, seq, FORMAT, takenAt, asOf, stored.tookMs, buyers, JSON.stringify(record), segments, JSON.stringify(names)]
  return sql.transaction(
    async tx => {
      await tx.query('LOCK TABLE analytics_snapshots IN SHARE ROW EXCLUSIVE MODE')
      if ((await newestPlace(tx)).seq !== stored.after.seq) return false
      for (let from = 0; from < joined.length; from += PAGE)
        await tx.query(NUMBER, [joined.slice(from, from + PAGE), stored.numbered + from - 1])
      await tx.query(STORE, values)
      return true
    },
    { patient: true },
  )
}

function recordOf({ asOf, buyers, tables, degraded }: MadeSnapshot, { after, takenAt, currency }: Stored): AnalyticsSnapshot {
  const bare = Object.entries(tables).map(([name, { columns, rows }]) => [name, { columns, rows }] as const)
  const seq = after.seq + 1
  return {
    ...{ id: `snap_${seq}`, seq, takenAt, asOf, currency, buyers },
    tables: Object.fromEntries(bare) as unknown as AnalyticsSnapshot['tables'],
    degraded: [...degraded],
  }
}

/** Lets those go that nobody asks for any more, told ones only, and never the newest. */
export async function pruneSnapshots(sql: Sql, now: number): Promise<void> {
  await sql.query(PRUNE, [now - ALL_MS, now - DAILY_MS, DAY])
}

/** The newest that can be read, if it is newer than `seq`. */
export async function snapshotAfter(sql: Sql, seq: number): Promise<AnalyticsSnapshot | undefined> {
  const [row] = await sql.query('SELECT body FROM analytics_snapshots WHERE format = $1 AND seq > $2 ORDER BY seq DESC LIMIT 1', [
    FORMAT,
    seq,
  ])
  return row && (JSON.parse(row.body as string) as AnalyticsSnapshot)
}

/** $1 customer ids, $2 the number before the first of theirs */
const NUMBER = `INSERT INTO analytics_customers (number, customer_id)
SELECT $2::integer + n, id FROM unnest($1::text[]) WITH ORDINALITY AS joined (id, n)`
const STORE = `INSERT INTO analytics_snapshots (id, seq, format, taken_at, as_of, took_ms, buyers, body, segments, names)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb)`
/** $1 all since, $2 one a day since, $3 ms of a day */
const PRUNE = `DELETE FROM analytics_snapshots s WHERE reported AND taken_at < $1
AND seq < (SELECT max(seq) FROM analytics_snapshots)
AND (taken_at < $2 OR EXISTS (SELECT FROM analytics_snapshots later WHERE later.seq > s.seq AND later.taken_at / $3::bigint = s.taken_at / $3::bigint))`
