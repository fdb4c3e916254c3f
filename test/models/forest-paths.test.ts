import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bin, boost } from '../../models/boosted-trees.ts'
import { askForest, type Forest, forestOf } from '../../models/forest.ts'
import { pathContributions } from '../../models/forest-paths.ts'
import { Random } from '../../models/random.ts'
import { logistic } from '../../models/ranking-loss.ts'

const FEATURES = 4

function grown(seed: number): Forest {
  const random = new Random('paths', seed)
  const values = Float32Array.from({ length: 300 * FEATURES }, () => (random.float() < 0.1 ? Number.NaN : random.float()))
  const labels = Uint8Array.from({ length: 300 }, (_, row) => (values[row * FEATURES]! + values[row * FEATURES + 1]! > 1 ? 1 : 0))
  const trees = boost(bin(values, FEATURES), logistic(labels), { trees: 9, leaves: 6, rate: 0.2, leafRows: 5, lambda: 1 })
  return forestOf([...trees, { feature: [], threshold: [], left: [], right: [], leaves: [0.25] }])
}

function told(forest: Forest, values: Float32Array): { scores: Float64Array; added: Float64Array } {
  const rows = values.length / FEATURES
  const reached = new Int32Array(forest.roots.length * rows)
  const scores = askForest(forest, values, FEATURES, reached)
  return { scores, added: pathContributions(forest, reached, [...scores.keys()], FEATURES) }
}

const row = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)), {
  minLength: FEATURES,
  maxLength: FEATURES,
})

/** The definition, taken literally: at each question the mean score of the rows that stand there. */
function literally({ roots, feature, threshold, left, right, leaves }: Forest, values: Float32Array): Float64Array {
  const added = new Float64Array(values.length)
  const leafOf = (child: number, of: number): number => {
    let at = child
    while (at >= 0) at = values[of * FEATURES + feature[at]!]! > threshold[at]! ? right[at]! : left[at]!
    return leaves[~at]!
  }
  for (const root of roots) {
    const down = (node: number, those: readonly number[]) => {
      if (node < 0) return
      const mean = (child: number, of: readonly number[]) => of.reduce((sum, one) => sum + leafOf(child, one), 0) / of.length
      const goesRight = (one: number) => values[one * FEATURES + feature[node]!]! > threshold[node]!
      for (const [child, part] of [
        [left[node]!, those.filter(one => !goesRight(one))],
        [right[node]!, those.filter(goesRight)],
      ] as const) {
        for (const one of part) added[one * FEATURES + feature[node]!]! += mean(child, part) - mean(node, those)
        down(child, part)
      }
    }
    down(
      root,
      Array.from({ length: values.length / FEATURES }, (_, one) => one),
    )
  }
  return added
}

describe('what features add along the paths of a forest', () => {
  const forest = grown(1)

  test('adds up to the score of a row above the mean of all rows, and is what the definition says', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), rows => {
        const values = Float32Array.from(rows.flat())
        const { scores, added } = told(forest, values)
        const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length
        for (const [r, score] of scores.entries()) {
          const all = added.subarray(r * FEATURES, (r + 1) * FEATURES).reduce((sum, one) => sum + one, 0)
          expect(all).toBeCloseTo(score - mean, 9)
        }
        for (const [at, one] of literally(forest, values).entries()) expect(added[at]).toBeCloseTo(one, 9)
      }),
    )
  })

  test('a feature that is the same in all rows adds nothing', () => {
    const random = new Random('same', 1)
    const values = Float32Array.from({ length: 20 * FEATURES }, (_, at) => (at % FEATURES === 0 ? 0.7 : random.float()))
    const { added } = told(forest, values)
    for (let r = 0; r < 20; r++) expect(added[r * FEATURES]).toBeCloseTo(0, 12)
    expect(added.some(one => one !== 0)).toBe(true)
  })

  test('of one question alone it is how far each side lies from the mean of both', () => {
    const stump = forestOf([{ feature: [2], threshold: [0.5], left: [-1], right: [-2], leaves: [3, 7] }])
    const values = Float32Array.from([0, 0, 0.1, 0, 0, 0, 0.2, 0, 0, 0, 0.3, 0, 0, 0, 0.9, 0])
    expect([...told(stump, values).added]).toEqual([0, 0, -1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0, 3, 0])
  })
})
