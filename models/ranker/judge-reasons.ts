import { pathContributions } from '../forest-paths.ts'
import { CHOOSING } from './candidates.ts'
import { FEATURES, TOGETHER } from './features.ts'
import type { Judge, Judged } from './judge.ts'

/** What of a row's score each feature is, and what trees from elsewhere say whole: their paths are not known. */
export interface JudgeReasons {
  /** Told rows × FEATURES. */
  readonly added: Float64Array
  /** Of each told row, 0 where the judge's own trees were asked. */
  readonly elsewhere: Float64Array
}

/**
 * Why a judge scored some rows of a list as it did. Everything is measured from the mean of the list, as scores are: the linear score's
 * weight × how far the feature lies from the list's mean (what is missing lies where the linear score takes it to), and what the feature
 * adds along the paths of the trees. All that is told of a row adds up to its score. What the linear score gives to the sources together
 * is told of each of them.
 * @param values row-major, what was judged
 * @param told the rows to tell of
 */
export function judgeReasons(
  one: Judge,
  { scores, reached, spreads }: Judged,
  values: Float32Array,
  told: Int32Array,
): JudgeReasons {
  const width = FEATURES.length
  const added =
    reached === undefined ? new Float64Array(told.length * width) : pathContributions(one.forest, reached, told, width)
  for (let k = 0; k < added.length; k++) added[k]! /= spreads.trees
  const straight = new Float64Array(told.length)
  if (one.linearShare !== 0) addLinear(one, values, told, one.linearShare / spreads.linear, added, straight)
  const elsewhere =
    reached === undefined ? straight.map((linear, i) => scores[told[i]!]! - linear) : new Float64Array(told.length)
  return { added, elsewhere }
}

/** @param share what a unit of the linear score is of the whole @param sums of each told row, all that is added */
function addLinear(
  { linear: { mean, slope } }: Judge,
  values: Float32Array,
  told: Int32Array,
  share: number,
  added: Float64Array,
  sums: Float64Array,
): void {
  const width = FEATURES.length
  const rows = values.length / width
  const steep = bySource(slope)
  const all = new Float64Array(width)
  for (let at = 0; at < values.length; at += width) for (let f = 0; f < width; f++) all[f]! += above(values[at + f]!, mean[f]!)
  for (let i = 0; i < told.length; i++)
    for (let f = 0, at = told[i]! * width; f < width; f++) {
      if (steep[f] === 0) continue
      const part = share * steep[f]! * (above(values[at + f]!, mean[f]!) - all[f]! / rows)
      added[i * width + f]! += part
      sums[i]! += part
    }
}

const above = (value: number, mean: number): number => (Number.isNaN(value) ? 0 : value - mean)

/** The same linear score with the sources together taken apart. */
function bySource(slope: Float64Array): Float64Array {
  const steep = slope.slice()
  steep[TOGETHER] = 0
  for (const { source, share } of CHOOSING) steep[2 * source]! += share * slope[TOGETHER]!
  return steep
}
