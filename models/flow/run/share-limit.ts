/** How often a limit that customers share was passed: in all, or by stretches of time, the newest last. */
export interface Shared {
  readonly passed: number
  /** The latest instant that anybody came at (epoch ms). */
  readonly clock: number
  /** [the how-manieth stretch since 1970, how many passed in it] */
  readonly stretches: readonly (readonly [stretch: number, passed: number])[]
}

export const unshared: Shared = { passed: 0, clock: Number.MIN_SAFE_INTEGER, stretches: [] }

/** A time is told in so many stretches: what is kept does not grow with how many pass. */
const STRETCHES = 60

/**
 * Lets somebody pass who comes at an instant, if there is room. Never do more than `occurrences` pass within any `perMs`; a place comes free a
 * sixtieth of it late at most. Who comes late counts as of the latest who came.
 */
export function pass(
  before: Shared,
  at: number,
  occurrences: number,
  perMs: number | undefined,
): { after: Shared; allowed: boolean } {
  const clock = Math.max(before.clock, at)
  if (perMs === undefined) {
    const allowed = before.passed < occurrences
    return { after: { ...before, clock, passed: before.passed + (allowed ? 1 : 0) }, allowed }
  }
  const now = Math.floor(clock / (perMs / STRETCHES))
  const stretches = before.stretches.filter(([stretch]) => stretch >= now - STRETCHES)
  const allowed = stretches.reduce((sum, [, passed]) => sum + passed, 0) < occurrences
  const last = stretches.at(-1)
  const here = allowed && last?.[0] === now ? [...stretches.slice(0, -1), [now, last[1] + 1] as const] : stretches
  const grown = allowed && last?.[0] !== now ? [...here, [now, 1] as const] : here
  return { after: { passed: before.passed + (allowed ? 1 : 0), clock, stretches: grown }, allowed }
}
