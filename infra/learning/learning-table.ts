import { decodeLearnt, encodeLearnt, type Learnt, newLearnt } from '../../models/learning/learnt.ts'
import { ModelDamaged } from '../../models/model-bytes.ts'
import type { Tx } from '../../streams/sql.ts'

const NAME = 'online'

/** What was learnt online, its version (0: nothing yet), and the next offset of `customer-changes` to learn from, by partition. */
export interface Standing {
  readonly learnt: Learnt
  readonly version: number
  readonly offsets: ReadonlyMap<number, number>
}

type Warn = (message: string, details: Readonly<Record<string, unknown>>) => void

/** What is kept; bytes that cannot be read, or are of another version, are told, and learning begins anew from where it was on the log. */
export async function loadStanding(tx: Tx, warn: Warn): Promise<Standing> {
  const [row] = await tx.query('SELECT version, body, offsets FROM learning WHERE name = $1', [NAME])
  if (row === undefined) return { learnt: newLearnt(), version: 0, offsets: new Map() }
  const version = row.version as number
  const offsets = new Map(Object.entries(row.offsets as Record<string, number>).map(([p, next]) => [Number(p), next]))
  try {
    return { learnt: decodeLearnt(row.body as Uint8Array), version, offsets }
  } catch (error) {
    if (!(error instanceof ModelDamaged)) throw error
    warn('what was learnt online cannot be read; it is learnt anew', { version, error: error.message })
    return { learnt: newLearnt(), version, offsets }
  }
}

/**
 * Keeps the next version; answers it.
 * @throws when another instance has kept one meanwhile: then this one must load, and what it did in the transaction is undone
 */
export async function saveStanding(tx: Tx, { learnt, version, offsets }: Standing): Promise<number> {
  const saved = await tx.query(version === 0 ? INSERT : UPDATE, [
    NAME,
    version,
    encodeLearnt(learnt),
    JSON.stringify(Object.fromEntries(offsets)),
  ])
  if (saved.length === 0) throw new Error('another instance has learnt meanwhile; its state is loaded, and this batch read again')
  return version + 1
}

export async function learningVersion(tx: Tx): Promise<number> {
  const [row] = await tx.query('SELECT version FROM learning WHERE name = $1', [NAME])
  return (row?.version as number | undefined) ?? 0
}

const INSERT = `INSERT INTO learning (name, version, body, offsets) VALUES ($1, $2::bigint + 1, $3, $4::jsonb)
ON CONFLICT DO NOTHING RETURNING version`
const UPDATE = `UPDATE learning SET version = version + 1, body = $3, offsets = $4::jsonb WHERE name = $1 AND version = $2 RETURNING version`
