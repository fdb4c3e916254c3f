import { newKey, type Scope, type StoredKey } from '../serving/api-key.ts'
import type { Clock } from '../streams/clock.ts'
import type { Sql } from '../streams/sql.ts'

/** A key as it is listed: never its secret, which nobody has but its holder. Instants in epoch ms. */
export interface ListedKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly revokedAt: number | null
}

/** Makes a key and keeps its hash. `key` is to be shown once: it cannot be had again. */
export async function addKey(
  sql: Sql,
  clock: Clock,
  name: string,
  scopes: readonly Scope[],
): Promise<{ id: string; key: string }> {
  const { key, stored } = newKey(scopes)
  await sql.query('INSERT INTO api_keys (id, name, hash, scopes, created_at) VALUES ($1, $2, $3, $4::text[], $5)', [
    stored.id,
    name,
    stored.hash,
    scopes,
    clock.now(),
  ])
  return { id: stored.id, key }
}

/** Every key there ever was, oldest first. */
export async function listKeys(sql: Sql): Promise<ListedKey[]> {
  const rows = await sql.query('SELECT id, name, scopes, created_at, revoked_at FROM api_keys ORDER BY created_at, id')
  return rows.map(row => ({
    id: row.id as string,
    name: row.name as string,
    scopes: row.scopes as Scope[],
    createdAt: row.created_at as number,
    revokedAt: row.revoked_at as number | null,
  }))
}

/** Ends a key; servers notice within seconds (serving/key-ring.ts). False when there is no such key or it had ended. */
export async function revokeKey(sql: Sql, clock: Clock, id: string): Promise<boolean> {
  const rows = await sql.query('UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id', [
    id,
    clock.now(),
  ])
  return rows.length === 1
}

/** The keys that open something now: what `keyRing` reads. */
export async function validKeys(sql: Sql): Promise<StoredKey[]> {
  const rows = await sql.query('SELECT id, hash, scopes FROM api_keys WHERE revoked_at IS NULL')
  return rows.map(row => ({ id: row.id as string, hash: row.hash as Uint8Array, scopes: row.scopes as Scope[] }))
}
