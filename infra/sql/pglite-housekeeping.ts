import type { Sql } from '../../streams/sql.ts'

/** How often to look, in ms. */
const EVERY = 10_000
/** Write-ahead log since the last checkpoint, in bytes, that makes the next one due. It is what a start after a crash reads again. */
const CHECKPOINT_BYTES = 64 << 20

/**
 * Does what a server's background processes do and PGlite, which has none, leaves undone: without checkpoints the write-ahead log grows
 * for good (300 MB after 600,000 updates), without vacuum so do tables whose rows change, and without analyze plans rest on guesses.
 * A table is due as autovacuum has it: a fifth of its rows changed, and more than a few.
 *
 * @returns stops it
 */
export function keepHouse(sql: Sql, onError: (error: Error) => void): () => void {
  let stopped = false
  let timer = setTimeout(look, EVERY).unref()
  async function look(): Promise<void> {
    try {
      await checkpointWhenDue(sql)
      await vacuumWhenDue(sql)
    } catch (error) {
      if (!stopped) onError(error instanceof Error ? error : new Error(String(error)))
    }
    if (!stopped) timer = setTimeout(look, EVERY).unref()
  }
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

export async function checkpointWhenDue(sql: Sql): Promise<boolean> {
  const [wal] = await sql.query<{ bytes: number }>(
    'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::bigint AS bytes FROM pg_control_checkpoint()',
  )
  const due = wal !== undefined && wal.bytes > CHECKPOINT_BYTES
  if (due) await sql.script('CHECKPOINT')
  return due
}

/** Answers which table it was; one at a time, so that nobody waits for many. */
export async function vacuumWhenDue(sql: Sql): Promise<string | undefined> {
  const [due] = await sql.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
     WHERE greatest(n_dead_tup, n_mod_since_analyze) > 5000 + 0.2 * n_live_tup ORDER BY n_dead_tup + n_mod_since_analyze DESC LIMIT 1`,
  )
  if (due !== undefined) await sql.script(`VACUUM (ANALYZE) ${due.name}`)
  return due?.name
}
