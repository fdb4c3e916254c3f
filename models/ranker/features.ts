import type { Candidates } from './candidates.ts'
import type { ItemFacts } from './item-facts.ts'
import type { Past } from './past.ts'
import { SOURCES, type SourceScores } from './sources.ts'

const DAY = 86_400_000

/** What is told of a candidate, by name, in the order of the values. */
export const FEATURES: readonly string[] = [
  ...SOURCES.flatMap(source => [`${source} (standard)`, source]),
  'sources together',
  'buyers',
  'demand of newcomers',
  'bought for the first time lately',
  'purchases in its sittings',
  'share of buyers who returned',
  'days since it was first bought',
  'sittings',
  'products touched',
  'purchases in a sitting',
  "days since the customer's last purchase",
  'days between sittings',
  'times bought',
  'days since bought',
  'days since first bought',
  'days between purchases',
  'days since bought, in days between purchases',
  'times bought, in sittings',
  'days from its last purchase to the last of all',
  'looked at only',
]

/** Which feature is the sum of what the sources say. */
export const TOGETHER = FEATURES.indexOf('sources together')

/** Row-major, candidates × FEATURES. What does not apply is not a number. */
export function features(found: Candidates, scores: SourceScores, facts: ItemFacts, past: Past, now: number): Float32Array {
  const values = new Float32Array(found.items.length * FEATURES.length)
  const nothing = past.items.length === 0
  const last = nothing ? Number.NaN : past.lastAt.reduce((a, b) => Math.max(a, b))
  const first = nothing ? Number.NaN : past.firstAt.reduce((a, b) => Math.min(a, b))
  const purchases = past.times.reduce((sum, times) => sum + times, 0)
  const between = (last - first) / DAY / Math.max(1, past.sittings - 1)
  addSources(found.items, scores, values)
  for (const [row, item] of found.items.entries()) {
    let o = row * FEATURES.length + 2 * SOURCES.length
    values[o++] = found.sums[row]!
    values[o++] = facts.buyers[item]!
    values[o++] = facts.newcomers[item]!
    values[o++] = facts.acquired[item]!
    values[o++] = facts.company[item]!
    values[o++] = facts.returners[item]! / (facts.buyers[item]! + 5)
    values[o++] = (now - facts.firstAt[item]!) / DAY
    values[o++] = past.sittings
    values[o++] = past.items.length
    values[o++] = purchases / Math.max(1, past.sittings)
    values[o++] = (now - last) / DAY
    values[o++] = between
    const k = found.places[row]!
    const times = k < 0 ? 0 : past.times[k]!
    values[o++] = times
    if (times === 0) for (let rest = 0; rest < 6; rest++) values[o++] = Number.NaN
    else {
      const since = (now - past.lastAt[k]!) / DAY
      const interval = times > 1 ? (past.lastAt[k]! - past.firstAt[k]!) / DAY / (times - 1) : Number.NaN
      values[o++] = since
      values[o++] = (now - past.firstAt[k]!) / DAY
      values[o++] = interval
      values[o++] = since / interval
      values[o++] = times / past.sittings
      values[o++] = (last - past.lastAt[k]!) / DAY
    }
    values[o++] = k >= 0 && times === 0 ? 1 : 0
  }
  return values
}

/** What each source says of each item, as a standard score and as it is: source by source, for each has its mean and spread. */
function addSources(items: Int32Array, { scores, mean, spread }: SourceScores, values: Float32Array): void {
  for (let s = 0; s < SOURCES.length; s++) {
    const [said, middle, wide] = [scores[s]!, mean[s]!, spread[s]!]
    for (let row = 0, at = 2 * s; row < items.length; row++, at += FEATURES.length) {
      const score = said[items[row]!]!
      values[at] = wide === 0 ? 0 : (score - middle) / wide
      values[at + 1] = score
    }
  }
}
