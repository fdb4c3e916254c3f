import type { BucketShape } from '../models/token-bucket.ts'

/** Leave for the first so many of the texts that were asked for. */
export interface Permit {
  readonly texts: number
  /** Monotonic ms. Who has not left by then must ask again. */
  readonly until: number
  /** In how many ms the next may be asked for. */
  readonly waitMs: number
}

/** How fast texts may go, counted in parts, over all instances. */
export interface SmsPace {
  /** Parts per second */
  readonly rate: number
  /** No more texts than this get leave at once, so there is no use in asking for more. */
  readonly atOnce: number
  /** @param parts of texts, in the order in which they are to go */
  take(parts: readonly number[]): Promise<Permit>
}

/** How long a permit holds: long enough for the last check of a text, short, for what is held back may come in one go with what comes after. */
export const PERMIT_MS = 500

/** A quarter of a second's worth is saved up, so that nothing is lost between two takings. */
export const bucketOf = (rate: number): BucketShape => ({ rate, depth: Math.max(1, rate / 4) })

/**
 * What may leave in a second beyond the rate, in parts: what was saved up, what permits of just before may have held back, and what the longest
 * text has beyond its first part.
 */
export const burstOf = (rate: number, longest: number): number => bucketOf(rate).depth + (rate * PERMIT_MS) / 1000 + (longest - 1)
