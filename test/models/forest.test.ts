import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bin, boost, predict, type Tree } from '../../models/boosted-trees.ts'
import { askForest, type Forest, forestOf } from '../../models/forest.ts'
import { rowSetsOf } from '../../models/forest-sets.ts'
import { Random } from '../../models/random.ts'
import { logistic } from '../../models/ranking-loss.ts'

const leafOnly: Tree = { feature: [], threshold: [], left: [], right: [], leaves: [0.25] }

/** The leaf each row comes to in each tree, row by row and question by question. */
function walked({ roots, feature, threshold, left, right }: Forest, values: Float32Array, width: number): number[] {
  return Array.from(roots).flatMap(root =>
    Array.from({ length: values.length / width }, (_, row) => {
      let node = root
      while (node >= 0) node = values[row * width + feature[node]!]! > threshold[node]! ? right[node]! : left[node]!
      return ~node
    }),
  )
}

/** A tree that grew anywhere: each new question stands where some leaf stood. */
function anyTree(random: Random, leaves: number, features: number, cut: () => number): Tree {
  const [feature, threshold, left, right]: number[][] = [[], [], [], []]
  const places: [number[], number][] = []
  for (let node = 0; node + 1 < leaves; node++) {
    if (node > 0) {
      const [[children, parent]] = places.splice(random.int(0, places.length - 1), 1) as [[number[], number]]
      children[parent] = node
    }
    feature!.push(random.int(0, features - 1))
    threshold!.push(cut())
    places.push([left!, node], [right!, node])
  }
  for (const [leaf, [children, parent]] of places.entries()) children[parent] = ~leaf
  return {
    feature: feature!,
    threshold: threshold!,
    left: left!,
    right: right!,
    leaves: Array.from({ length: leaves }, () => random.float() - 0.5),
  }
}

test('a forest says what its trees say, of what is missing too, and of trees that are a leaf only', () => {
  const random = new Random('forest', 1)
  const [rows, features] = [400, 3]
  const values = Float32Array.from({ length: rows * features }, () => (random.float() < 0.1 ? Number.NaN : random.float()))
  const labels = Uint8Array.from({ length: rows }, (_, row) => (values[row * features]! > 0.5 ? 1 : 0))
  const grown = boost(bin(values, features), logistic(labels), { trees: 9, leaves: 6, rate: 0.2, leafRows: 5, lambda: 1 })
  const trees = [...grown, leafOnly, ...grown]
  const forest = forestOf(trees)
  const said = askForest(forest, values, features)
  for (let row = 0; row < rows; row++) expect(said[row]).toBe(predict(trees, values, row * features))
})

test('any trees, of any rows: sums to the last bit and leaves are those of walking down each row', () => {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-45, 0.5, 0.25]
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(100),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 70 }),
      (seed, rows, most, cuts) => {
        const random = new Random('any forest', seed)
        const features = 3
        const thresholds = [...odd.slice(1), ...Array.from({ length: cuts }, () => random.float())]
        const trees = Array.from({ length: 12 }, () =>
          anyTree(random, random.int(1, most), features, () => random.pick(thresholds)),
        )
        const values = Float32Array.from({ length: rows * features }, () =>
          random.float() < 0.3 ? random.pick(odd) : random.pick([random.float(), random.pick(thresholds)]),
        )
        const forest = forestOf([leafOnly, ...trees, leafOnly])
        const reached = new Int32Array(forest.roots.length * rows)
        const said = askForest(forest, values, features, reached)
        expect([...reached]).toEqual(walked(forest, values, features))
        for (let row = 0; row < rows; row++)
          expect(said[row]).toBe(predict([leafOnly, ...trees, leafOnly], values, row * features))
      },
    ),
    { numRuns: 200 },
  )
})

test('larger trees, and features with more thresholds, are walked', () => {
  const random = new Random('large', 1)
  const grown = (leaves: number, cuts: number) => {
    let cut = 0
    return forestOf(Array.from({ length: 8 }, () => anyTree(random, leaves, 1, () => cut++ % cuts)))
  }
  expect([grown(16, 63), grown(17, 63), grown(16, 64)].map(forest => rowSetsOf(forest) !== undefined)).toEqual([
    true,
    false,
    false,
  ])
})

test('a leaf that stands below two questions is come to from both: what is no tree is walked down', () => {
  const shared: Tree = {
    feature: [0, 1],
    threshold: [0.5, 0.5],
    left: [1, ~0],
    right: [~0, ~1],
    leaves: [1, 2],
  }
  const forest = forestOf([shared, shared])
  expect(rowSetsOf(forest)).toBeUndefined()
  expect([...askForest(forest, Float32Array.from([0, 0, 0, 1, 1, 1]), 2)]).toEqual([2, 4, 2])
})
