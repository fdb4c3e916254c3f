/** What being bought together says of two products (Agrawal et al. 1993), of weighed counts. */
export interface Association {
  /** Share of all that has both. */
  readonly support: number
  /** Of what has the first, the share that has the second too. */
  readonly confidence: number
  /** How many times more often they meet than if they had nothing to do with each other. */
  readonly lift: number
}

export interface Met {
  /** How much has both. */
  readonly both: number
  /** How much has the one that leads to the other, and how much the other. */
  readonly first: number
  readonly second: number
  readonly all: number
}

export function association({ both, first, second, all }: Met): Association {
  const confidence = first > 0 ? Math.min(1, both / first) : 0
  const expected = all > 0 ? second / all : 0
  return { support: all > 0 ? both / all : 0, confidence, lift: expected > 0 ? confidence / expected : 0 }
}

/**
 * Confidence beyond what chance gives ("added value", Sahar & Mansour 1999), 0 where there is none: what everybody buys goes with nothing.
 * Without an object, for scoring asks it of thousands.
 */
export function beyondChance(both: number, first: number, second: number, all: number): number {
  const beyond = first > 0 && all > 0 ? Math.min(1, both / first) - second / all : 0
  return beyond > 0 ? beyond : 0
}
