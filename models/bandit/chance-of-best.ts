/** What is believed of an arm's worth: where it nearly surely lies, and its distribution. */
export interface Belief {
  readonly low: number
  readonly high: number
  readonly density: (worth: number) => number
  /** The chance that it is worth at most that. */
  readonly below: (worth: number) => number
}

/** Places in an arm's own range that are looked at. */
const STEPS = 120

/**
 * The chance of each arm to be the best of all: ∫ density of one · Π chance that another is below (midpoint rule over its own range).
 *
 * Thompson sampling draws from every belief and takes the arm that comes out highest, so it takes each arm with just this chance
 * (Thompson 1933; "randomised probability matching", Scott 2010). Worked out beforehand, the chance is also the propensity that
 * off-policy estimates need.
 */
export function chancesOfBest(beliefs: readonly Belief[]): number[] {
  const chances = beliefs.map((belief, arm) => {
    const width = (belief.high - belief.low) / STEPS
    let sum = 0
    for (let step = 0; step < STEPS; step++) {
      const worth = belief.low + (step + 0.5) * width
      let all = belief.density(worth) * width
      for (const [other, { below }] of beliefs.entries()) if (other !== arm && all > 0) all *= below(worth)
      sum += all
    }
    return sum
  })
  const total = chances.reduce((sum, chance) => sum + chance, 0)
  return chances.map(chance => (total > 0 ? chance / total : 1 / beliefs.length))
}

/** The arm on which a uniform number (0 ≤ u < 1) falls. */
export function armAt(chances: readonly number[], u: number): number {
  let sum = 0
  for (const [arm, chance] of chances.entries()) {
    sum += chance
    if (u < sum) return arm
  }
  return chances.findLastIndex(chance => chance > 0)
}
