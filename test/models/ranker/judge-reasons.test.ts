import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bin, boost } from '../../../models/boosted-trees.ts'
import { forestOf } from '../../../models/forest.ts'
import { Random } from '../../../models/random.ts'
import { CHOOSING } from '../../../models/ranker/candidates.ts'
import { FEATURES, TOGETHER } from '../../../models/ranker/features.ts'
import { type Judge, judged, plainJudge } from '../../../models/ranker/judge.ts'
import { judgeReasons } from '../../../models/ranker/judge-reasons.ts'
import type { OutsideTrees } from '../../../models/ranker/outside-trees.ts'
import { logistic } from '../../../models/ranking-loss.ts'

const WIDTH = FEATURES.length

/** Rows of anything, but that sources always say something and stand together as they do among candidates. */
function rowsOf(seed: number, rows: number): Float32Array {
  const random = new Random('reasons', seed)
  const values = Float32Array.from({ length: rows * WIDTH }, (_, at) =>
    at % WIDTH > TOGETHER && random.float() < 0.1 ? Number.NaN : random.float(),
  )
  for (let at = 0; at < values.length; at += WIDTH)
    values[at + TOGETHER] = CHOOSING.reduce((sum, { source, share }) => sum + share * values[at + 2 * source]!, 0)
  return values
}

function trained(): Judge {
  const random = new Random('judge', 1)
  const values = rowsOf(1, 400)
  const labels = Uint8Array.from({ length: 400 }, (_, row) => (values[row * WIDTH]! + values[row * WIDTH + 5]! > 1 ? 1 : 0))
  return {
    forest: forestOf(boost(bin(values, WIDTH), logistic(labels), { trees: 12, leaves: 6, rate: 0.2, leafRows: 5, lambda: 1 })),
    linear: {
      mean: Float64Array.from(FEATURES, () => random.float()),
      slope: Float64Array.from(FEATURES, () => random.float() - 0.5),
    },
    linearShare: 0.5,
  }
}

const room = (length: number) => new Int32Array(length)
const own = trained()
const elsewhere: OutsideTrees = {
  digest: 'abc',
  ask: (_, values) => Float64Array.from({ length: values.length / WIDTH }, (_, row) => row ** 2),
}

/** Each row's score beside the sum of all that is told of it. */
function sums(one: Judge, values: Float32Array, outside?: OutsideTrees): [score: number, told: number][] {
  const all = judged(one, values, outside, room)
  const { added, elsewhere } = judgeReasons(one, all, values, Int32Array.from(all.scores.keys()))
  return Array.from(all.scores, (score, row) => [
    score,
    added.subarray(row * WIDTH, (row + 1) * WIDTH).reduce((sum, part) => sum + part, elsewhere[row]!),
  ])
}

describe('why a judge scored a list as it did', () => {
  const judges: Record<string, [Judge, OutsideTrees?]> = {
    'trees and linear score': [own],
    'trees alone': [{ ...own, linearShare: 0 }],
    'the sources added up': [plainJudge],
    'trees from elsewhere': [{ ...own, outside: { digest: 'abc', name: 'all' } }, elsewhere],
  }
  for (const [name, [one, outside]] of Object.entries(judges))
    test(`contributions add up to the score: ${name}`, () => {
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), (seed, rows) => {
          for (const [score, told] of sums(one, rowsOf(seed, rows), outside)) expect(told).toBeCloseTo(score, 4) // features are of single precision
        }),
        { numRuns: 30 },
      )
    })

  test('where nothing was learnt, the sources that choose are all there is to say, each by its share', () => {
    const values = rowsOf(3, 8)
    const { added } = judgeReasons(plainJudge, judged(plainJudge, values, undefined, room), values, Int32Array.of(0, 5))
    const choosing = CHOOSING.map(({ source }) => 2 * source)
    for (const [at, part] of added.entries()) expect(part !== 0).toBe(choosing.includes(at % WIDTH))
  })

  test('some rows of a list are told as they are told among all', () => {
    const values = rowsOf(4, 12)
    const all = judged(own, values, undefined, room)
    const [whole, some] = [Int32Array.from({ length: 12 }, (_, row) => row), Int32Array.of(7, 2)].map(
      told => judgeReasons(own, all, values, told).added,
    )
    expect(some!.subarray(0, WIDTH)).toEqual(whole!.subarray(7 * WIDTH, 8 * WIDTH))
    expect(some!.subarray(WIDTH)).toEqual(whole!.subarray(2 * WIDTH, 3 * WIDTH))
  })
})
