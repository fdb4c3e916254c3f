import { expect, test } from 'vitest'
import { bin, boost, predict } from '../../models/boosted-trees.ts'
import { askForest, forestOf } from '../../models/forest.ts'
import { Random } from '../../models/random.ts'
import { logistic } from '../../models/ranking-loss.ts'

test('a forest says what its trees say, of what is missing too, and of trees that are a leaf only', () => {
  const random = new Random('forest', 1)
  const [rows, features] = [400, 3]
  const values = Float32Array.from({ length: rows * features }, () => (random.float() < 0.1 ? Number.NaN : random.float()))
  const labels = Uint8Array.from({ length: rows }, (_, row) => (values[row * features]! > 0.5 ? 1 : 0))
  const grown = boost(bin(values, features), logistic(labels), { trees: 9, leaves: 6, rate: 0.2, leafRows: 5, lambda: 1 })
  const trees = [...grown, { feature: [], threshold: [], left: [], right: [], leaves: [0.25] }, ...grown]
  const forest = forestOf(trees)
  const said = askForest(forest, values, features)
  for (let row = 0; row < rows; row++) expect(said[row]).toBe(predict(trees, values, row * features))
})
