import { sortFalling } from '../falling.ts'
import type { Past } from './past.ts'
import { SOURCES, type SourceScores } from './sources.ts'

/** How much each source counts in choosing candidates. */
const SHARES: Readonly<Partial<Record<(typeof SOURCES)[number], number>>> = {
  'together-recent': 1,
  sequence: 1,
  baskets: 1,
  next: 0.5,
  text: 1,
  'demand-28': 1,
  touched: 1,
}
/** Which sources choose, and with which share: the sum of each share times the standard score is the feature of all of them together. */
export const CHOOSING = SOURCES.flatMap((name, source) => (SHARES[name] === undefined ? [] : [{ source, share: SHARES[name] }]))

/** One sum in so many is looked at to find the bar, which then lets this many times as many pass as are wanted. */
const SAMPLED = 16
const SAFE = 1.5

/** Items to be ranked, those never bought first, and of each what tells how likely it is bought. */
export interface Candidates {
  readonly items: Int32Array
  /** How many were never bought. */
  readonly fresh: number
  /** Where in the past each stands; −1 for what was never touched. */
  readonly places: Int32Array
  /** The summed standard scores of the choosing sources. */
  readonly sums: Float64Array
}

/** The `fresh` items never bought that the sources say most of together, and all that were. */
export function candidates(scores: SourceScores, past: Past, fresh: number, sums: Float64Array): Candidates {
  const n = sums.length
  sums.fill(0)
  for (const { source, share } of CHOOSING) {
    const spread = scores.spread[source]!
    if (spread === 0) continue
    const [mean, of] = [scores.mean[source]!, scores.scores[source]!]
    for (let i = 0; i < n; i++) sums[i]! += (share * (of[i]! - mean)) / spread
  }
  const places = new Map<number, number>()
  const mine: number[] = []
  for (let k = 0; k < past.items.length; k++) {
    const item = past.items[k]!
    if (item < 0) continue
    places.set(item, k)
    if (past.times[k]! > 0) mine.push(item)
  }
  const chosen = best(sums, new Set(mine), fresh)
  const many = chosen.length + mine.length
  const found = { items: new Int32Array(many), places: new Int32Array(many), sums: new Float64Array(many) }
  found.items.set(chosen)
  found.items.set(mine, chosen.length)
  for (let row = 0; row < many; row++) {
    const item = found.items[row]!
    found.places[row] = places.get(item) ?? -1
    found.sums[row] = sums[item]!
  }
  return { ...found, fresh: chosen.length }
}

/** The items of the largest sums, largest first, but for some. Only what is above a sampled bar is sorted. */
function best(sums: Float64Array, without: ReadonlySet<number>, count: number): Int32Array {
  const sample = new Float64Array(Math.ceil(sums.length / SAMPLED))
  for (let k = 0; k < sample.length; k++) sample[k] = sums[k * SAMPLED]!
  sample.sort()
  const bar = sample[sample.length - 1 - Math.ceil((SAFE * (count + without.size)) / SAMPLED)] ?? Number.NEGATIVE_INFINITY
  const above = indices(sums, bar, without)
  const all = new Int32Array(above.length >= count ? above : indices(sums, Number.NEGATIVE_INFINITY, without))
  sortFalling(all, sums)
  return all.subarray(0, count)
}

function indices(sums: Float64Array, bar: number, without: ReadonlySet<number>): number[] {
  const found: number[] = []
  for (let i = 0; i < sums.length; i++) if (sums[i]! >= bar && !without.has(i)) found.push(i)
  return found
}
