/** Larger values are not kept: reading one would hold everybody else up. */
export const LARGEST_CACHED = 1 << 20

/**
 * Bytes that can be made again, kept under a key for a while: in this process, or in a server that all instances share.
 * Anything kept may be gone at any time. Held to `test/contracts/cache.ts`.
 *
 * Calls on one key take effect in the order in which they were made. They reject, soon, when the cache is out of reach:
 * `namedCache` makes a miss of that, so who works with a cache need not know.
 */
export interface Cache {
  /** Undefined where nothing is kept. The bytes are the cache's own: nobody changes them. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Keeps a copy for `ttlMs` at most, in place of what was there. What is larger than `LARGEST_CACHED` leaves nothing under the key. */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>
  delete(key: string): Promise<void>
}
