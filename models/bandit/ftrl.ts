/** Where a feature stands, by hashing. */
const BITS = 11
export const SLOTS = 1 << BITS

/** How it learns: α and β set each weight's own rate, λ₁ keeps weights at 0 until there is reason, λ₂ keeps them small. */
const [ALPHA, BETA, L1, L2] = [0.2, 1, 2, 1]

/** A logistic model under way: of each slot the sum of adjusted gradients, and the sum of their squares. */
export interface Ftrl {
  readonly z: Float64Array
  readonly n: Float64Array
}

export const newFtrl = (): Ftrl => ({ z: new Float64Array(SLOTS), n: new Float64Array(SLOTS) })

/** The slot of a feature's name (FNV-1a). */
export function slotOf(feature: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < feature.length; i++) hash = Math.imul(hash ^ feature.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) & (SLOTS - 1)
}

/** The weight of a slot: it is worked out when asked for, so most are never stored. */
export function weightOf({ z, n }: Ftrl, slot: number): number {
  const sum = z[slot]!
  if (Math.abs(sum) <= L1) return 0
  return -(sum - Math.sign(sum) * L1) / ((BETA + Math.sqrt(n[slot]!)) / ALPHA + L2)
}

/** The log-odds of features that are there (each worth 1). */
export const logOdds = (model: Ftrl, slots: readonly number[]): number =>
  slots.reduce((sum, slot) => sum + weightOf(model, slot), 0)

/**
 * Learns from one event, in place, and answers the log-odds it had said before: follow the regularised leader, proximal, with a rate
 * for each coordinate (McMahan et al. 2013, Ad Click Prediction, algorithm 1).
 */
export function learn(model: Ftrl, slots: readonly number[], happened: boolean): number {
  const said = logOdds(model, slots)
  const gradient = 1 / (1 + Math.exp(-said)) - (happened ? 1 : 0)
  const { z, n } = model
  const weights = slots.map(slot => weightOf(model, slot))
  for (const [k, slot] of slots.entries()) {
    const rate = (Math.sqrt(n[slot]! + gradient * gradient) - Math.sqrt(n[slot]!)) / ALPHA
    z[slot]! += gradient - rate * weights[k]!
    n[slot]! += gradient * gradient
  }
  return said
}

/** What a prediction in log-odds cost: −ln of the chance it gave to what happened. */
export const logLoss = (said: number, happened: boolean): number => {
  const against = happened ? -said : said
  return against > 30 ? against : Math.log1p(Math.exp(against))
}
