/** How much may go through at most. */
export interface BucketShape {
  /** Whole tokens per second */
  readonly rate: number
  /** Tokens that are saved up at most, 1 or more. */
  readonly depth: number
}

/** What a bucket held, in thousandths of a token (below 0: what it is owed), at an instant, epoch ms. In whole numbers: a rate is as many thousandths a ms. */
export interface Bucket {
  readonly level: number
  readonly at: number
}

const TOKEN = 1000
/** A clock that goes back by less is one of several that differ; by more, it was set. */
const STEP_MS = 1000

/**
 * Lets as many of the wanted through, in order, as there are tokens for (J. Turner, "New Directions in Communications", IEEE Communications Magazine
 * 24 (10), 1986). Each goes as soon as there is one token, and what it takes beyond is owed: so one that wants much waits no longer than others, and
 * none is too large ever to go. Through any stretch of t seconds go at most depth + rate · t tokens and what the last one takes beyond its first.
 *
 * @param now epoch ms; time that goes back fills nothing
 * @returns how many go, and in how many ms there is a token for the next
 */
export function takeTokens({ level, at }: Bucket, { rate, depth }: BucketShape, wanted: readonly number[], now: number): Taken {
  let left = Math.min(Math.floor(depth * TOKEN), level + rate * Math.max(0, now - at))
  let goes = 0
  while (goes < wanted.length && left >= TOKEN) left -= wanted[goes++]! * TOKEN
  const back = now < at - STEP_MS
  return {
    goes,
    waitMs: Math.max(0, Math.ceil((TOKEN - left) / rate)),
    bucket: { level: left, at: back ? now : Math.max(at, now) },
  }
}

export interface Taken {
  readonly goes: number
  readonly waitMs: number
  readonly bucket: Bucket
}
