const DAY = 86_400_000
/** A shop in which nothing was bought for so long was filled from a file. */
const SILENT_DAYS = 30

/**
 * As of when a running shop is to be looked at, epoch ms: now. A shop that was filled from a file of long ago ends with the day of its last purchase:
 * as of now everybody would be lost. Purchases that say they are of a time to come do not count for this.
 */
export function endOfHistory({ at, amount }: { readonly at: Float64Array; readonly amount: Float64Array }, now: number): number {
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < at.length; i++) if (amount[i]! > 0 && at[i]! <= now && at[i]! > last) last = at[i]!
  return now - last > SILENT_DAYS * DAY && last !== Number.NEGATIVE_INFINITY ? (Math.floor(last / DAY) + 1) * DAY : now
}
