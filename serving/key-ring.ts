import type { Clock } from '../streams/clock.ts'
import { readKey, type StoredKey, sameHash } from './api-key.ts'

/** Reads every key that is not revoked. There are tens of them, not millions. */
export type LoadKeys = () => Promise<readonly StoredKey[]>

/** Finds whose key a text is; undefined for nobody's. */
export type FindKey = (text: string) => Promise<StoredKey | undefined>

/** A revoked key works this much longer, at most. */
const FRESH_MS = 5_000
/** However many unknown keys are tried, the table is not read more often than this. */
const RELOAD_MS = 1_000

/**
 * Keys in memory. A known key costs one hash and no query; the table is read again when it is older than five seconds,
 * or at once (but once a second at most) for a key not met before, so that a new key works right away.
 * While the database is out of reach the keys known last stay good: publishing to the log must not stop for it.
 */
export function keyRing(load: LoadKeys, clock: Clock): FindKey {
  let keys = new Map<string, StoredKey>()
  let loadedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined

  const reload = async () => {
    triedAt = clock.monotonic()
    try {
      keys = new Map((await load()).map(key => [key.id, key]))
      loadedAt = clock.monotonic()
    } catch (error) {
      if (loadedAt === Number.NEGATIVE_INFINITY) throw error
    } finally {
      loading = undefined
    }
  }

  return async text => {
    const presented = readKey(text)
    if (presented === undefined) return undefined
    const now = clock.monotonic()
    const stale = now - loadedAt >= FRESH_MS || !keys.has(presented.id)
    if (stale && loading === undefined && now - triedAt >= RELOAD_MS) loading = reload()
    if (stale) await loading
    const stored = keys.get(presented.id)
    return stored !== undefined && sameHash(stored.hash, presented.hash) ? stored : undefined
  }
}
