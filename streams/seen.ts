import { hash } from 'node:crypto'
import type { Tx } from './sql.ts'

const DAY = 86_400_000
/** Duplicates are dropped exactly within these: 30 days of append time, and 5 million ids per partition. */
export const HORIZON = { ms: 30 * DAY, ids: 5_000_000 } as const

/** Whose an id is, as the index of ages has it. */
const OF = "(processor || '/' || partition::text)"

/** An id that counts once under an owner, as 128 bits written like a UUID. */
export function seenHash(owner: string, id: string): string {
  const hex = hash('sha256', `${owner}\u001f${id}`, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

/** Which of these ids the partitions have counted before. */
export async function findSeen(
  tx: Tx,
  processor: string,
  ids: readonly { partition: number; hash: string }[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.query(
    `SELECT s.hash::text AS hash FROM unnest($2::integer[], $3::text[]) AS u(partition, hash)
     JOIN seen_events s ON s.processor = $1 AND s.partition = u.partition AND s.hash = u.hash::uuid`,
    [processor, ids.map(id => id.partition), ids.map(id => id.hash)],
  )
  return new Set(rows.map(row => row.hash as string))
}

/** When the oldest id was appended that these partitions remember, epoch ms; undefined when they remember none. */
export async function oldestSeen(tx: Tx, processor: string, partitions: readonly number[]): Promise<number | undefined> {
  const [row] = await tx.query(
    `SELECT min(first.appended_at) AS oldest FROM unnest($2::integer[]) AS u(partition) CROSS JOIN LATERAL
       (SELECT appended_at FROM seen_events WHERE ${OF} = $1 || '/' || u.partition::text ORDER BY appended_at LIMIT 1) AS first`,
    [processor, partitions],
  )
  return (row?.oldest as number | null) ?? undefined
}

/** Remembers ids in the commit that counts them. */
export async function keepSeen(
  tx: Tx,
  processor: string,
  ids: readonly { partition: number; hash: string; appendedAt: number }[],
): Promise<void> {
  if (ids.length === 0) return
  await tx.query(
    `INSERT INTO seen_events (processor, partition, hash, appended_at)
     SELECT $1, u.partition, u.hash::uuid, u.appended_at FROM unnest($2::integer[], $3::text[], $4::bigint[]) AS u(partition, hash, appended_at)`,
    [processor, ids.map(id => id.partition), ids.map(id => id.hash), ids.map(id => id.appendedAt)],
  )
}

/** Forgets ids that fell out of the horizon of a partition: the older ones, and of those that share the last instant within it none. */
export async function pruneSeen(
  tx: Tx,
  processor: string,
  partition: number,
  now: number,
  horizon: { readonly ms: number; readonly ids: number } = HORIZON,
): Promise<void> {
  const of = `${processor}/${partition}`
  await tx.query(`DELETE FROM seen_events WHERE ${OF} = $1 AND appended_at < $2`, [of, now - horizon.ms])
  await tx.query(
    `DELETE FROM seen_events WHERE ${OF} = $1 AND appended_at <
       (SELECT appended_at FROM seen_events WHERE ${OF} = $1 ORDER BY appended_at DESC OFFSET $2 LIMIT 1)`,
    [of, horizon.ids - 1],
  )
}
