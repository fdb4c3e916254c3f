import type { Sql, SqlRow } from '../../streams/sql.ts'
import type { Trained } from './train-ranker.ts'

export const RANKER = 'ranker'
/** How many versions are kept: the one in place, and the one before it for whoever is still loading it. */
const KEPT = 2

/** The newest version of a model, 0 where there is none, and when it was trained (epoch ms). */
export async function newestVersion(sql: Sql, name: string): Promise<{ version: number; trainedAt: number }> {
  const [row] = await sql.query(NEWEST, [name])
  return { version: (row?.version as number | undefined) ?? 0, trainedAt: (row?.trained_at as number | undefined) ?? 0 }
}

export async function modelBytes(sql: Sql, name: string, version: number): Promise<Uint8Array | undefined> {
  const [row] = await sql.query('SELECT body FROM models WHERE name = $1 AND version = $2', [name, version])
  return row?.body as Uint8Array | undefined
}

/** Puts a model in place; answers its version. */
export async function storeModel(sql: Sql, name: string, { bytes, report }: Trained, trainedAt: number): Promise<number> {
  return sql.transaction(async tx => {
    const [row] = (await tx.query(STORE, [name, trainedAt, bytes, JSON.stringify(report)])) as [SqlRow]
    await tx.query('DELETE FROM models WHERE name = $1 AND version <= $2', [name, (row.version as number) - KEPT])
    return row.version as number
  })
}

const NEWEST = 'SELECT version, trained_at FROM models WHERE name = $1 ORDER BY version DESC LIMIT 1'
/** $1 name, $2 trained at, $3 body, $4 report */
const STORE = `INSERT INTO models (name, version, trained_at, body, report)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4::jsonb FROM models WHERE name = $1 RETURNING version`
