/** Customers are never taken to be pickier than this: a factor of 1.4 up or down. */
const LEAST_SPREAD = 0.35

/** What a customer usually pays: mean and standard deviation of ln(price), undefined where no price is known. */
export interface UsualPrice {
  readonly mean: number
  readonly spread: number
}

/** @param paid natural logarithms of prices, each with how much it counts */
export function usualPrice(paid: readonly { readonly logPrice: number; readonly weight: number }[]): UsualPrice | undefined {
  const total = paid.reduce((sum, { weight }) => sum + weight, 0)
  if (total <= 0) return undefined
  const mean = paid.reduce((sum, { logPrice, weight }) => sum + weight * logPrice, 0) / total
  const variance = paid.reduce((sum, { logPrice, weight }) => sum + weight * (logPrice - mean) ** 2, 0) / total
  return { mean, spread: Math.max(LEAST_SPREAD, Math.sqrt(variance)) }
}

/** How near a price is to what they usually pay, 0–1: a bell over its logarithm. */
export const nearness = (logPrice: number, { mean, spread }: UsualPrice): number =>
  Math.exp(-0.5 * ((logPrice - mean) / spread) ** 2)
