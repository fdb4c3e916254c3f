import { expect, test } from 'vitest'
import { fitListwise, linearScore } from '../../models/listwise.ts'
import { Random } from '../../models/random.ts'

/** Lists whose taken row is drawn by a softmax over known weights. */
function drawn(random: Random, truth: readonly number[], lists: number, length: number) {
  const features = truth.length
  const values = Float32Array.from({ length: lists * length * features }, () => random.float() * 2 - 1)
  const labels = new Uint8Array(lists * length)
  for (let l = 0; l < lists; l++) {
    const chances = Array.from({ length }, (_, i) =>
      Math.exp(truth.reduce((sum, weight, f) => sum + weight * values[(l * length + i) * features + f]!, 0)),
    )
    let left = random.float() * chances.reduce((a, b) => a + b)
    const taken = chances.findIndex(chance => {
      left -= chance
      return left <= 0
    })
    labels[l * length + Math.max(0, taken)] = 1
  }
  return { values, features, labels, starts: Int32Array.from({ length: lists + 1 }, (_, l) => l * length) }
}

test('the weights that lists were drawn by are found again', () => {
  const truth = [2, -1, 0, 0.5]
  const model = fitListwise(drawn(new Random('listwise'), truth, 3000, 10), { rounds: 400, lambda: 0 })
  const found = [...model.slope]
  for (const [f, weight] of truth.entries()) expect(Math.abs(found[f]! - weight)).toBeLessThan(0.15)
})

test('a missing value counts as the mean, and a feature that never differs says nothing', () => {
  const lists = drawn(new Random('missing'), [1, 0], 200, 5)
  for (let at = 1; at < lists.values.length; at += 2) lists.values[at] = 7
  const model = fitListwise(lists, { rounds: 50, lambda: 0 })
  expect(linearScore(model, [Number.NaN, 7])).toBe(0)
  expect(Number.isFinite(linearScore(model, [0.3, 7]))).toBe(true)
})
