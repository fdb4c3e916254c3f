import { createHash } from 'node:crypto'

/** Attempts that never reached the gateway, at most. With the delays below they span a quarter of an hour. */
export const ATTEMPTS = 10
const FIRST_MS = 1000
const LONGEST_MS = 300_000

/**
 * How long to wait after an attempt (counted from 1) that surely did not reach the gateway: doubling, with half of it jittered
 * so that what failed together does not come back together. Seeded from the id: the same text always waits the same.
 */
export function retryDelay(id: string, attempt: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1))
  const random = createHash('sha256').update(`${id}/${attempt}`).digest().readUInt32BE(0) / 2 ** 32
  return Math.round(longest * (0.5 + random / 2))
}
