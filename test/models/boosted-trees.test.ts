import { expect, test } from 'vitest'
import { bin, boost, predict } from '../../models/boosted-trees.ts'
import { Random } from '../../models/random.ts'
import { lambdaRank, logistic } from '../../models/ranking-loss.ts'

const options = { trees: 1, leaves: 2, rate: 1, leafRows: 1, lambda: 1 }

/** Rows of features, few of them alike, some of them missing. */
function table(random: Random, rows: number, features: number): Float32Array {
  return Float32Array.from({ length: rows * features }, () => (random.chance(0.05) ? Number.NaN : random.int(0, 20)))
}

test('a stump divides where brute force over all features and values finds the largest gain', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random('stump', seed)
    const [rows, features] = [60, 4]
    const values = table(random, rows, features)
    const labels = Float64Array.from({ length: rows }, () => (random.chance(0.4) ? 1 : 0))
    const [tree] = boost(bin(values, features), logistic(labels), options)
    const side = (f: number, limit: number) => Array.from({ length: rows }, (_, i) => !(values[i * features + f]! > limit))
    const worth = (some: readonly number[]) => {
      const g = some.reduce((sum, i) => sum + 0.5 - labels[i]!, 0)
      return g ** 2 / (0.25 * some.length + options.lambda)
    }
    const all = [...labels.keys()]
    const gainOf = (left: readonly boolean[]) => worth(all.filter(i => left[i])) + worth(all.filter(i => !left[i])) - worth(all)
    let best = 0
    for (let f = 0; f < features; f++) for (let limit = 0; limit < 20; limit++) best = Math.max(best, gainOf(side(f, limit)))
    expect(gainOf(side(tree!.feature[0]!, tree!.threshold[0]!))).toBeCloseTo(best, 9)
  }
})

test('what is predicted of the rows that were learned from is what they were given while learning, missing values included', () => {
  const random = new Random('same')
  const [rows, features] = [500, 6]
  const values = table(random, rows, features)
  const labels = Float64Array.from({ length: rows }, () => (random.chance(0.3) ? 1 : 0))
  const given = new Float64Array(rows)
  const loss = logistic(labels)
  const trees = boost(
    bin(values, features),
    (scores, gradient, curvature) => {
      given.set(scores)
      loss(scores, gradient, curvature)
    },
    { ...options, trees: 12, leaves: 7, rate: 0.3 },
  )
  const before = trees.slice(0, -1)
  for (let i = 0; i < rows; i++) expect(predict(before, values, i * features)).toBeCloseTo(given[i]!, 12)
})

test('trees learn what no linear score can: that two things matter together', () => {
  const random = new Random('xor')
  const rows = 2000
  const values = Float32Array.from({ length: rows * 2 }, () => random.float() - 0.5)
  const labels = Float64Array.from({ length: rows }, (_, i) => (values[2 * i]! * values[2 * i + 1]! > 0 ? 1 : 0))
  const trees = boost(bin(values, 2), logistic(labels), { trees: 40, leaves: 8, rate: 0.3, leafRows: 20, lambda: 1 })
  let right = 0
  for (let i = 0; i < rows; i++) if (predict(trees, values, i * 2) > 0 === labels[i]! > 0) right++
  expect(right / rows).toBeGreaterThan(0.95)
})

test('LambdaMART puts what was taken first, list by list, though the lists are not alike', () => {
  const random = new Random('lists')
  const [lists, length] = [200, 20]
  const starts = Int32Array.from({ length: lists + 1 }, (_, l) => l * length)
  const values = new Float32Array(lists * length * 2)
  const labels = new Uint8Array(lists * length)
  for (let l = 0; l < lists; l++) {
    const shift = random.int(-100, 100) // a level of each list that says nothing of its rows
    for (let i = l * length; i < (l + 1) * length; i++) {
      const good = random.float()
      values[2 * i] = shift + good
      values[2 * i + 1] = good + random.float() / 4
      labels[i] = good > 0.9 ? 1 : 0
    }
  }
  const trees = boost(bin(values, 2), lambdaRank(labels, starts), { trees: 60, leaves: 8, rate: 0.2, leafRows: 10, lambda: 1 })
  let [first, possible] = [0, 0]
  for (let l = 0; l < lists; l++) {
    const rows = Array.from({ length }, (_, i) => l * length + i)
    if (!rows.some(i => labels[i] === 1)) continue
    possible++
    const best = rows.reduce((a, b) => (predict(trees, values, 2 * b) > predict(trees, values, 2 * a) ? b : a))
    first += labels[best]!
  }
  expect(first / possible).toBeGreaterThan(0.8)
})
