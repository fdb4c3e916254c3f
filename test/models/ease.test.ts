import { expect, test } from 'vitest'
import { addSequenceToGram, addToGram, ease } from '../../models/ease.ts'
import { Random } from '../../models/random.ts'

/** Customers with some items each, in an order. */
function histories(random: Random, customers: number, items: number): Int32Array[] {
  return Array.from({ length: customers }, () => {
    const left = Array.from({ length: items }, (_, i) => i)
    return Int32Array.from({ length: random.int(1, items - 1) }, () => left.splice(random.int(0, left.length - 1), 1)[0]!)
  })
}

test('the weights are those of a ridge regression of each item on all others: the normal equations hold, off the diagonal', () => {
  const [n, lambda] = [12, 3]
  const gram = new Float64Array(n * n)
  for (const items of histories(new Random('ease'), 40, n)) addToGram(gram, n, items, new Float64Array(items.length).fill(1))
  const weights = ease(gram.slice(), n, lambda)
  for (let j = 0; j < n; j++) {
    expect(weights[j * n + j]).toBe(0)
    for (let i = 0; i < n; i++) {
      if (i === j) continue
      // d/dB[i][j] of |X − XB|² + λ|B|²: (G + λI)·B = G, but for the row of the item itself, where B is held at 0.
      let left = lambda * weights[i * n + j]!
      for (let k = 0; k < n; k++) left += gram[i * n + k]! * weights[k * n + j]!
      expect(left).toBeCloseTo(gram[i * n + j]!, 3)
    }
  }
})

test('items of a sequence share what their distance leaves of 1, from either side, and each has itself whole', () => {
  const n = 4
  const gram = new Float64Array(n * n)
  addSequenceToGram(gram, n, Int32Array.from([2, 0, 3]), 1)
  const share = (i: number, j: number) => gram[i * n + j]
  expect([share(2, 2), share(0, 0), share(3, 3), share(1, 1)]).toEqual([1, 1, 1, 0])
  expect([share(2, 0), share(0, 2), share(0, 3), share(2, 3), share(3, 2)]).toEqual([0.5, 0.5, 0.5, 0.25, 0.25])
})
