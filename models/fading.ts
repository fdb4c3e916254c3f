import type { Fading } from '../schemas/records.ts'

export const nothing: Fading = { value: 0, at: 0 }

/** What a fading sum is worth at instant `now` (epoch ms), which may lie before its own. */
export const worth = ({ value, at }: Fading, now: number, halfLife: number): number => value * 2 ** ((at - now) / halfLife)

/**
 * Adds `amount` of instant `at` to a fading sum. The sum stays exponentially decayed whatever order events come in:
 * a late one is weighed down to the newest instant seen (forward decay, Cormode et al. 2009).
 */
export function fade(sum: Fading, amount: number, at: number, halfLife: number): Fading {
  if (sum.value === 0 || at >= sum.at) return { value: (sum.value === 0 ? 0 : worth(sum, at, halfLife)) + amount, at }
  return { value: sum.value + amount * 2 ** ((at - sum.at) / halfLife), at: sum.at }
}
