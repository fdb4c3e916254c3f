import { expect, test } from 'vitest'
import { bootstrap, gini, userMetrics } from '../../../models/evaluation/metrics.ts'

test('metrics of a list are those worked out by hand', () => {
  const { hit, precision, recall, f1, ndcg, recall20 } = userMetrics(['a', 'b', 'c', 'd', 'e'], new Set(['b', 'e', 'x']), 4)
  expect([hit, precision, recall]).toEqual([1, 0.25, 1 / 3])
  expect(f1).toBeCloseTo(2 / 7, 12)
  expect(ndcg).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3) + 1 / Math.log2(4)), 12)
  expect(recall20).toBe(2 / 3)
})

test('a perfect list is worth 1, an empty one nothing', () => {
  expect(userMetrics(['a', 'b'], new Set(['a', 'b']), 2)).toEqual({
    hit: 1,
    precision: 1,
    recall: 1,
    f1: 1,
    ndcg: 1,
    recall20: 1,
  })
  expect(userMetrics([], new Set(['a']), 10)).toEqual({ hit: 0, precision: 0, recall: 0, f1: 0, ndcg: 0, recall20: 0 })
})

test('the interval holds the mean of fair coins, is about as wide as the normal one, and the same for the same seed', () => {
  const coins = Array.from({ length: 400 }, (_, i) => i % 2)
  const { mean, low, high } = bootstrap(coins)
  expect(mean).toBe(0.5)
  expect(high - low).toBeGreaterThan(0.08)
  expect(high - low).toBeLessThan(0.12)
  expect(bootstrap(coins)).toEqual({ mean, low, high })
})

test('Gini is 0 where all are alike and nears 1 where one has all', () => {
  expect(gini([3, 3, 3, 3])).toBeCloseTo(0, 12)
  expect(gini([0, 0, 0, 8])).toBeCloseTo(0.75, 12)
  expect(gini([])).toBe(0)
})
