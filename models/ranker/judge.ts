import { askForest, type Forest, forestOf } from '../forest.ts'
import { type Linear, linearScore } from '../listwise.ts'
import { FEATURES, TOGETHER } from './features.ts'
import type { JudgeName, OutsideTrees } from './outside-trees.ts'

/** How a list of candidates is put into order: boosted trees, and a linear score with a share in it. */
export interface Judge {
  readonly forest: Forest
  readonly linear: Linear
  readonly linearShare: number
  /** Trees that did better than the forest on lists held back, and are asked in its place wherever they are at hand. */
  readonly outside?: { readonly digest: string; readonly name: JudgeName }
}

/** One judge for products that the customer never bought among each other, one for all their candidates. */
export interface Judges {
  readonly fresh: Judge
  readonly all: Judge
}

/** Says what the sources say together: what a judge must be better than. */
export const plainJudge: Judge = {
  forest: forestOf([]),
  linear: {
    mean: new Float64Array(FEATURES.length),
    slope: Float64Array.from(FEATURES, (_, f) => (f === TOGETHER ? 1 : 0)),
  },
  linearShare: 1,
}

/** What a judge said of one list, with what it takes to say why (judge-reasons.ts). */
export interface Judged {
  readonly scores: Float64Array
  /** The leaf each row came to in each of the judge's own trees, trees × rows; undefined where trees from elsewhere were asked. */
  readonly reached: Int32Array | undefined
  /** The spreads that what the trees and the linear score say was divided by. */
  readonly spreads: { readonly trees: number; readonly linear: number }
}

/** Of each row of features of one list, what trees and linear score say together, each in spreads from its mean. @param values row-major */
export const judge = (one: Judge, values: Float32Array, outside?: OutsideTrees): Float64Array =>
  judged(one, values, outside, undefined).scores

/** The same, and which leaves the rows came to where there is room to keep that. @param values row-major @param room of so many numbers */
export function judged(
  one: Judge,
  values: Float32Array,
  outside: OutsideTrees | undefined,
  room: ((length: number) => Int32Array) | undefined,
): Judged {
  const { forest, linear, linearShare } = one
  const rows = values.length / FEATURES.length
  const foreign = askOutside(one, values, outside)
  const reached = foreign === undefined ? room?.(forest.roots.length * rows) : undefined
  const scores = foreign ?? askForest(forest, values, FEATURES.length, reached)
  const spreads = { trees: standardise(scores), linear: 1 }
  if (linearShare === 0) return { scores, reached, spreads }
  const straight = new Float64Array(rows)
  for (let row = 0; row < rows; row++) straight[row] = linearScore(linear, values, row * FEATURES.length)
  spreads.linear = standardise(straight)
  for (let row = 0; row < rows; row++) scores[row]! += linearShare * straight[row]!
  return { scores, reached, spreads }
}

const askOutside = ({ outside: better }: Judge, values: Float32Array, outside: OutsideTrees | undefined) =>
  better !== undefined && better.digest === outside?.digest ? outside.ask(better.name, values) : undefined

/** Brings scores to mean 0 and spread 1, in place; answers the spread they had, 1 where they were all the same. */
function standardise(scores: Float64Array): number {
  let [sum, squares] = [0, 0]
  for (const score of scores) sum += score
  const mean = sum / scores.length
  for (const score of scores) squares += (score - mean) ** 2
  const spread = Math.sqrt(squares / scores.length) || 1
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i]! - mean) / spread
  return spread
}
