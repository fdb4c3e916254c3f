import { inflateSync } from 'node:zlib'
import { type Standing, segmentMovement } from '../../../models/analytics/segment-movement.ts'
import { segmentsNow } from '../../../serving/lookups/segments-now.ts'
import type { Analytics, SnapshotChoice, SnapshotHead } from '../../../serving/ports/analytics.ts'
import type { Sql, SqlRow } from '../../../streams/sql.ts'
import type { CurrentSnapshot } from './current-snapshot.ts'
import { FORMAT } from './snapshots-table.ts'

const WEEK = 7 * 86_400_000

/** What /analytics answers, of the snapshots that are stored and of customers as they stand. */
export function sqlAnalytics(sql: Sql, current: CurrentSnapshot, everyMs: number | undefined): Analytics {
  return {
    newest: () => current.current(),
    whyNone:
      everyMs === undefined
        ? 'There is no snapshot, and none is taken: TARANG_ANALYTICS_EVERY is off.'
        : 'There is no snapshot yet: the first is taken soon after the first purchase.',
    async snapshots(limit) {
      return (await sql.query(LISTED, [FORMAT, limit])).map(headOf)
    },
    async movement(from, to) {
      const second = to === undefined ? await newestAt(sql, Number.MAX_SAFE_INTEGER) : await chosen(sql, to)
      if (second === undefined) return undefined
      const first = from === undefined ? await newestAt(sql, (second.taken_at as number) - WEEK) : await chosen(sql, from)
      if (first === undefined) return undefined
      const moved = segmentMovement(standingOf(first), standingOf(second))
      return { from: headOf(first), to: headOf(second), moved }
    },
    segmentsNow: (cuts, now) => segmentsNow(sql, cuts, now),
  }
}

async function chosen(sql: Sql, choice: SnapshotChoice): Promise<SqlRow | undefined> {
  if ('at' in choice) return newestAt(sql, choice.at)
  const [row] = await sql.query(`${ROWS} AND id = $2`, [FORMAT, choice.id])
  return row
}

/** The newest that was taken by an instant; the oldest where none was. */
async function newestAt(sql: Sql, at: number): Promise<SqlRow | undefined> {
  const [row] = await sql.query(`${ROWS} AND taken_at <= $2 ORDER BY seq DESC LIMIT 1`, [FORMAT, at])
  return row ?? (await sql.query(`${ROWS} ORDER BY seq LIMIT 1`, [FORMAT]))[0]
}

const standingOf = ({ names, segments }: SqlRow): Standing => ({
  names: names as string[],
  segment: inflateSync(segments as Uint8Array),
})

const headOf = (row: SqlRow): SnapshotHead => ({
  id: row.id as string,
  takenAt: row.taken_at as number,
  asOf: row.as_of as number,
  tookMs: row.took_ms as number,
  buyers: row.buyers as number,
})

const HEAD = 'id, taken_at, as_of, took_ms, buyers'
const LISTED = `SELECT ${HEAD} FROM analytics_snapshots WHERE format = $1 ORDER BY seq DESC LIMIT $2`
const ROWS = `SELECT ${HEAD}, segments, names FROM analytics_snapshots WHERE format = $1`
