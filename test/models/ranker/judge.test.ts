import { expect, test } from 'vitest'
import { askForest, forestOf } from '../../../models/forest.ts'
import { FEATURES, TOGETHER } from '../../../models/ranker/features.ts'
import { type Judge, judge, plainJudge } from '../../../models/ranker/judge.ts'
import type { OutsideTrees } from '../../../models/ranker/outside-trees.ts'

const ROWS = 6
const values = Float32Array.from({ length: ROWS * FEATURES.length }, (_, at) => Math.sin(at))
/** Two leaves, by what the sources say together: the more the worse. */
const backwards = forestOf([{ feature: [TOGETHER], threshold: [0], left: [-1], right: [-2], leaves: [1, -1] }])
/** The same the other way round, as trees from elsewhere. */
const elsewhere: OutsideTrees = {
  digest: 'abc',
  ask: (_, values) => askForest(backwards, values, FEATURES.length).map(score => -score),
}
const own: Judge = { ...plainJudge, forest: backwards, linearShare: 0 }
const better: Judge = { ...own, outside: { digest: 'abc', name: 'all' } }

test('a judge that is better with trees from elsewhere asks them, and its own where they are not at hand, are others or do not answer', () => {
  const asOwn = judge(own, values)
  expect(judge(better, values, elsewhere)).toEqual(asOwn.map(score => -score))
  expect(judge(better, values)).toEqual(asOwn)
  expect(judge(better, values, { ...elsewhere, digest: 'other' })).toEqual(asOwn)
  expect(judge(better, values, { ...elsewhere, ask: () => undefined })).toEqual(asOwn)
  expect(judge(own, values, elsewhere)).toEqual(asOwn)
})

test('trees and linear score stand beside each other, each at mean 0 and spread 1', () => {
  const both = judge({ ...own, linearShare: 0.5 }, values)
  const [trees, linear] = [judge(own, values), judge(plainJudge, values)]
  for (let row = 0; row < ROWS; row++) expect(both[row]).toBeCloseTo(trees[row]! + 0.5 * linear[row]!, 12)
})
