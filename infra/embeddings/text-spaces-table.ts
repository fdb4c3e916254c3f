import type { Embedder } from '../../models/embedding/embedder.ts'
import type { Sql, Tx } from '../../streams/sql.ts'
import type { TextFamily } from './text-family.ts'

/** How long vectors of a space are kept after another took its place: for who still reads them. */
const KEPT_MS = 60 * 60_000
/** Rows deleted at once. */
const PAGE = 2000

export interface TextSpace {
  readonly space: string
  readonly family: TextFamily['name']
  readonly dims: number
}

/**
 * What readers go by: of each family the space that was complete last. Until a new model's space is, that is the old model's; `troubles`
 * say which families make no vectors for now, and why: answers that rest on them are labelled `degraded: ["embeddings"]`.
 */
export async function textSpaces(tx: Tx): Promise<{ spaces: TextSpace[]; troubles: { family: string; reason: string }[] }> {
  const spaces = await tx.query(`SELECT DISTINCT ON (family) space, family, dims FROM text_spaces
    WHERE state = 'ready' ORDER BY family, ready_at DESC, space`)
  const troubles = await tx.query('SELECT family, reason FROM text_troubles ORDER BY family')
  return { spaces: spaces as unknown as TextSpace[], troubles: troubles as { family: string; reason: string }[] }
}

/** Makes a space known before its first vector. */
export async function beginSpace(tx: Tx, family: string, { space, dims }: Embedder, now: number): Promise<void> {
  await tx.query(
    `INSERT INTO text_spaces (space, family, dims, state, began_at) VALUES ($1, $2, $3, 'building', $4) ON CONFLICT DO NOTHING`,
    [space, family, dims, now],
  )
}

/** Puts a space that has come past every text in the place of its family's; answers whether it was not there before. */
export async function completeSpace(tx: Tx, family: string, space: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE text_spaces SET state = 'ready', ready_at = $3 WHERE space = $2 AND $2 IS DISTINCT FROM (
      SELECT space FROM text_spaces WHERE family = $1 AND state = 'ready' ORDER BY ready_at DESC, space LIMIT 1) RETURNING space`,
    [family, space, now],
  )
  return rows.length > 0
}

/** Notes why a family makes no vectors, undefined once it does again; answers whether that is news. */
export async function noteTrouble(tx: Tx, family: string, reason: string | undefined, now: number): Promise<boolean> {
  const rows =
    reason === undefined
      ? await tx.query('DELETE FROM text_troubles WHERE family = $1 RETURNING family', [family])
      : await tx.query(
          `INSERT INTO text_troubles (family, reason, since) VALUES ($1, $2, $3)
           ON CONFLICT (family) DO UPDATE SET reason = excluded.reason WHERE text_troubles.reason <> excluded.reason RETURNING family`,
          [family, reason, now],
        )
  return rows.length > 0
}

/**
 * Takes the spaces of families that are no longer configured out of reading, for nobody keeps them up to date. Vectors and cursors stay:
 * configured again, a space is read as soon as it has caught up.
 */
export async function keepOnly(sql: Sql, families: readonly string[]): Promise<void> {
  await sql.query(
    "UPDATE text_spaces SET state = 'building', ready_at = NULL WHERE state = 'ready' AND family <> ALL($1::text[])",
    [families],
  )
  await sql.query('DELETE FROM text_troubles WHERE family <> ALL($1::text[])', [families])
}

/** Deletes what an older space of a family left, an hour after another took its place; a page at a time. */
export async function forgetOldSpaces(sql: Sql, family: string, present: string, now: number): Promise<void> {
  const rows = await sql.query(
    `SELECT old.space FROM text_spaces old JOIN text_spaces new ON new.space = $2 AND new.state = 'ready' AND new.ready_at < $3
     WHERE old.family = $1 AND old.space <> $2 AND coalesce(old.ready_at, old.began_at) < new.ready_at`,
    [family, present, now - KEPT_MS],
  )
  for (const { space } of rows) {
    for (let deleted = PAGE; deleted === PAGE; ) deleted = (await sql.query(FORGET, [space as string, PAGE])).length
    await sql.transaction(async tx => {
      await tx.query('DELETE FROM text_cursors WHERE space = $1', [space as string])
      await tx.query('DELETE FROM text_refusals WHERE space = $1', [space as string])
      await tx.query('DELETE FROM text_spaces WHERE space = $1', [space as string])
    })
  }
}

/** $1 space, $2 how many */
const FORGET = `DELETE FROM text_vectors WHERE (space, kind, id, customer_id) IN
(SELECT space, kind, id, customer_id FROM text_vectors WHERE space = $1 LIMIT $2) RETURNING 1 AS one`
