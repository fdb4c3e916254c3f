import { FEATURES } from './ranker/features.ts'
import { SOURCES } from './ranker/sources.ts'

/** Features of the ranker as they are told: what a source says and how far that lies from its mean are one, for in one list either tells the other. */
const OF_FEATURES = [...SOURCES, ...FEATURES.slice(2 * SOURCES.length)]

/** What may speak for what a ranker ranked. */
export const RANKED_GROUNDS: readonly string[] = [
  ...OF_FEATURES,
  // What those buy who are like somebody hardly known, in ln of odds (ranker/leanings.ts).
  'bought by those like them',
  // Of trees from elsewhere no paths are known: what they say is told whole (ranker/outside-trees.ts).
  'trees from elsewhere',
]
export const ALIKE = OF_FEATURES.length
export const ELSEWHERE = OF_FEATURES.length + 1

/** What may speak for what the live strategies found. */
export const LIVE_GROUNDS = ['collaborative', 'content', 'cross-sell', 'temporal', 'price'] as const

/** Which ground each feature is told as. */
export const GROUND_OF_FEATURE: readonly number[] = FEATURES.map((_, f) => (f < 2 * SOURCES.length ? f >> 1 : f - SOURCES.length))

/** Everything a product's place on a list may rest on, by name. */
export const GROUNDS: readonly string[] = [...RANKED_GROUNDS, ...LIVE_GROUNDS]

export interface Ground {
  readonly name: string
  /** What was seen: of a source, spreads from its mean over all products; of a strategy, 0–1; not a number where the feature does not apply. */
  readonly value: number
  /** How much of the score it is. */
  readonly adds: number
}

/** Why a product stands where it does, before rules and variety: its score, and of what that is the sum what counts most, the strongest first. */
export interface Standing {
  /**
   * `new` and `all`: the ranker's judge of what is new to the customer, and of everything; their scores are spreads from the mean of all
   * candidates. `strategies`: the live strategies' weighed sum.
   */
  readonly by: 'new' | 'all' | 'strategies'
  readonly score: number
  readonly strongest: readonly Ground[]
}

/** How many grounds of a product are kept: three tell most of it, and every list of everybody carries them. */
const KEPT = 3

/** Those that add or take most. @param values, adds in the order of the names */
export function strongest(names: readonly string[], values: ArrayLike<number>, adds: ArrayLike<number>): Ground[] {
  const found: Ground[] = []
  for (let k = 0; k < names.length; k++) {
    const size = Math.abs(adds[k]!)
    if (size === 0 || (found.length === KEPT && size <= Math.abs(found[KEPT - 1]!.adds))) continue
    let place = found.length
    while (place > 0 && size > Math.abs(found[place - 1]!.adds)) place--
    found.splice(place, 0, { name: names[k]!, value: values[k]!, adds: adds[k]! })
    found.length = Math.min(found.length, KEPT)
  }
  return found
}
