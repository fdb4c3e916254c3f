/** What had to do without something is asked for again soon: it may be back. */
const DEGRADED_MS = 5000

/** How long an answer is kept, in ms: `keptMs` unless it was degraded. */
export const keptUnless = (degraded: readonly string[], keptMs: number): number => (degraded.length === 0 ? keptMs : DEGRADED_MS)
