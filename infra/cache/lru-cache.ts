import { LRUCache } from 'lru-cache'
import { type Cache, LARGEST_CACHED } from '../../streams/cache.ts'
import type { Clock } from '../../streams/clock.ts'

/** What an entry takes beside its key and value: the Buffer, two slots of the map, places in lru-cache's arrays. Measured, rounded up. */
const ENTRY_BYTES = 256

export interface MemoryCache extends Cache {
  /** What is kept now, all counted. */
  bytes(): number
  entries(): number
}

/** A cache in this process, bounded in bytes: what was used longest ago makes room. */
export function lruCache({ bytes, clock }: { readonly bytes: number; readonly clock: Clock }): MemoryCache {
  const kept = new LRUCache<string, Buffer>({
    maxSize: bytes,
    sizeCalculation: (value, key) => ENTRY_BYTES + 2 * key.length + value.length,
    perf: { now: () => clock.monotonic() },
    ttlResolution: 0,
  })
  return {
    get: async key => kept.get(key),
    async set(key, value, ttlMs) {
      if (value.length > LARGEST_CACHED) kept.delete(key)
      else kept.set(key, copyOf(value), { ttl: ttlMs })
    },
    async delete(key) {
      kept.delete(key)
    },
    bytes: () => kept.calculatedSize,
    entries: () => kept.size,
  }
}

/** Memory of its own: a small Buffer would keep the 8 KiB alive that it was cut from. */
function copyOf(value: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(value.length)
  copy.set(value)
  return copy
}
