import type { Cache } from './cache.ts'
import type { Meter } from './meter.ts'

/**
 * A part of a cache for one purpose, which its keys and its numbers name. It never rejects: of a cache that is out of reach nothing
 * is known, and nothing can be kept there.
 */
export function namedCache(cache: Cache, name: string, meter: Meter): Cache {
  const count = (result: 'hit' | 'miss' | 'error') => meter.count('cache_requests_total', { cache: name, result })
  const keyOf = (key: string) => `${name}:${key}`
  const failed = () => count('error')
  return {
    async get(key) {
      try {
        const value = await cache.get(keyOf(key))
        count(value === undefined ? 'miss' : 'hit')
        return value
      } catch {
        failed()
        return undefined
      }
    },
    set: (key, value, ttlMs) => cache.set(keyOf(key), value, ttlMs).catch(failed),
    delete: key => cache.delete(keyOf(key)).catch(failed),
  }
}
