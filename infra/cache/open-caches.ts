import type { Cache } from '../../streams/cache.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Config } from '../config.ts'
import type { Metrics } from '../metrics.ts'
import { lruCache } from './lru-cache.ts'
import { redisCache } from './redis-cache.ts'

/** What is kept in this process, and what all instances share; without a Redis that is this process's own as well. */
export interface Caches {
  readonly memory: Cache
  readonly shared: Cache
  close(): Promise<void>
}

export interface CacheParts {
  readonly config: Config
  /** Whose values these are: another deployment may share the server. */
  readonly deployment: string
  readonly clock: Clock
  readonly metrics: Metrics
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/** All that is cached in this process has one bound, `TARANG_CACHE_MB`. */
export function openCaches({ config, deployment, clock, metrics, warn }: CacheParts): Caches {
  const memory = lruCache({ bytes: config.cacheBytes, clock })
  metrics.beforeScrape(async () => {
    metrics.gauge('cache_bytes', {}, memory.bytes())
    metrics.gauge('cache_entries', {}, memory.entries())
  })
  if (config.redisUrl === undefined) return { memory, shared: memory, close: async () => {} }
  const redis = redisCache({ url: config.redisUrl, prefix: `tarang:${deployment}:`, clock, warn })
  return { memory, shared: redis, close: async () => redis.close() }
}
