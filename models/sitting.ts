/** Deeds nearer than this belong to one sitting: the half hour after which web analytics ends a session. */
const SITTING_MS = 30 * 60_000

/** True when something bought at one instant is of another sitting than what was bought at the other; epoch ms. */
export const anotherSitting = (a: number, b: number): boolean => Math.abs(a - b) > SITTING_MS
