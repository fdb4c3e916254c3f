import { Redis } from 'ioredis'
import { type Cache, LARGEST_CACHED } from '../../streams/cache.ts'
import type { Clock } from '../../streams/clock.ts'
import { CircuitOpen, circuit } from './circuit.ts'

/** An answer in memory takes well under a millisecond; this is for a process that was busy meanwhile. */
const ANSWER_MS = 200
/** A connection on which nothing comes for so long is given up, with what waits there. */
const SILENCE_MS = 1000
const CONNECT_MS = 1000
const RECONNECT_MS = { step: 100, most: 1000 }
/** How long a Redis that did not answer is left alone. */
const PAUSE_MS = 1000

export interface RedisCacheOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string
  /** Before every key, so that several deployments can share a server. */
  readonly prefix: string
  readonly clock: Clock
  /** Told once when Redis goes, and once when it is back. */
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/**
 * A cache that all instances share. It never waits for Redis to come up, at the start neither: while Redis is away every call
 * rejects at once, nothing is queued for later, and the client tries to connect again in the background.
 */
export function redisCache({ url, prefix, clock, warn }: RedisCacheOptions): Cache & { close(): void } {
  const redis = new Redis(url, {
    keyPrefix: prefix,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    commandTimeout: ANSWER_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: times => Math.min(times * RECONNECT_MS.step, RECONNECT_MS.most),
  })
  let trouble: unknown
  /** True until it is known whether Redis is there. */
  let connecting = true
  redis.on('error', error => {
    trouble = error // why calls are refused; without a listener it would be written to the console
    connecting = false
  })
  redis.once('ready', () => {
    connecting = false
  })
  const { host } = new URL(url) // the rest of it may hold a password
  const unlessAway = circuit({
    clock,
    pauseMs: PAUSE_MS,
    went: error => warn('the shared cache does not answer: going on without it', { host, error: String(trouble ?? error) }),
    back: () => {
      trouble = undefined
      warn('the shared cache answers again', { host })
    },
  })
  async function guarded<T>(ask: () => Promise<T>): Promise<T> {
    if (connecting) throw new CircuitOpen('the first connection is being made')
    return unlessAway(ask)
  }

  return {
    get: key => guarded(async () => (await redis.getBuffer(key)) ?? undefined),
    async set(key, value, ttlMs) {
      const kept = value.length <= LARGEST_CACHED
      await guarded<unknown>(() => (kept ? redis.set(key, Buffer.from(value), 'PX', Math.ceil(ttlMs)) : redis.del(key)))
    },
    async delete(key) {
      await guarded(() => redis.del(key))
    },
    close: () => redis.disconnect(),
  }
}
