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

/** Of each row of features of one list, what trees and linear score say together, each in spreads from its mean. @param values row-major */
export function judge(one: Judge, values: Float32Array, outside?: OutsideTrees): Float64Array {
  const { linear, linearShare } = one
  const rows = values.length / FEATURES.length
  const grown = askTrees(one, values, outside)
  standardise(grown)
  if (linearShare === 0) return grown
  const straight = new Float64Array(rows)
  for (let row = 0; row < rows; row++) straight[row] = linearScore(linear, values, row * FEATURES.length)
  standardise(straight)
  for (let row = 0; row < rows; row++) grown[row]! += linearShare * straight[row]!
  return grown
}

function askTrees({ forest, outside: better }: Judge, values: Float32Array, outside: OutsideTrees | undefined): Float64Array {
  const said = better !== undefined && better.digest === outside?.digest ? outside.ask(better.name, values) : undefined
  return said ?? askForest(forest, values, FEATURES.length)
}

/** Brings scores to mean 0 and spread 1, in place. */
function standardise(scores: Float64Array): void {
  let [sum, squares] = [0, 0]
  for (const score of scores) sum += score
  const mean = sum / scores.length
  for (const score of scores) squares += (score - mean) ** 2
  const spread = Math.sqrt(squares / scores.length) || 1
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i]! - mean) / spread
}
