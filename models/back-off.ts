import { createHash } from 'node:crypto'

/** How long to wait after one attempt, and at most. */
export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * How long to wait after an attempt (counted from 1): doubling, with half of it jittered so that what failed together does not come back
 * together. Seeded from the id: the same thing always waits the same.
 */
export function backOff({ firstMs, longestMs }: BackOff, id: string, attempt: number): number {
  const longest = Math.min(longestMs, firstMs * 2 ** (attempt - 1))
  const random = createHash('sha256').update(`${id}/${attempt}`).digest().readUInt32BE(0) / 2 ** 32
  return Math.round(longest * (0.5 + random / 2))
}
