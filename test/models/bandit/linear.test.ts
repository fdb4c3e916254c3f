import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linearThompson, newArm, rewarded, tried, worthIn } from '../../../models/bandit/linear.ts'

/** Solves A·w = b by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, b[i]!])
  const d = b.length
  for (let p = 0; p < d; p++) {
    const best = rows.slice(p).reduce((most, row, k) => (Math.abs(row[p]!) > Math.abs(rows[most]![p]!) ? p + k : most), p)
    ;[rows[p], rows[best]] = [rows[best]!, rows[p]!]
    for (let r = 0; r < d; r++) {
      if (r === p) continue
      const factor = rows[r]![p]! / rows[p]![p]!
      for (let c = p; c <= d; c++) rows[r]![c]! -= factor * rows[p]![c]!
    }
  }
  return rows.map((row, i) => row[d]! / row[i]!)
}

const seen = fc.array(
  fc.record({
    x: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    reward: fc.integer({ min: 0, max: 1 }),
  }),
  { maxLength: 60 },
)

describe('one arm of the linear bandit', () => {
  test('after any history it is the ridge regression worked out anew, and as unsure as its matrix says', () => {
    fc.assert(
      fc.property(seen, history => {
        const arm = newArm(3)
        const matrix = [0, 1, 2].map(i =>
          [0, 1, 2].map(j => (i === j ? 1 : 0) + history.reduce((s, { x }) => s + x[i]! * x[j]!, 0)),
        )
        const b = [0, 1, 2].map(i => history.reduce((s, { x, reward }) => s + reward * x[i]!, 0))
        for (const { x, reward } of history) {
          tried(arm, x)
          if (reward > 0) rewarded(arm, x, reward)
        }
        const x = [1, 0.5, -0.25]
        const { mean, width } = worthIn(arm, x)
        expect(mean).toBeCloseTo(
          solve(matrix, b).reduce((sum, w, i) => sum + w * x[i]!, 0),
          8,
        )
        expect(width ** 2).toBeCloseTo(
          solve(matrix, x).reduce((sum, w, i) => sum + w * x[i]!, 0),
          8,
        )
      }),
    )
  })

  test('a hundred thousand updates do not wear its inverse out', () => {
    const arm = newArm(2)
    for (let i = 0; i < 100_000; i++) tried(arm, [1, (i % 10) / 10])
    // A = [[100001, 45000], [45000, 28501]]
    const determinant = 100_001 * 28_501 - 45_000 ** 2
    expect(arm.inverse[0]! * determinant).toBeCloseTo(28_501, 2)
    expect(arm.inverse[1]! * determinant).toBeCloseTo(-45_000, 2)
  })
})

describe('linear Thompson sampling', () => {
  test('knows nothing at first, and is sure of the better arm when both are well known', () => {
    const arms = [newArm(1), newArm(1)]
    expect(linearThompson(arms, [1], 0.5)).toEqual([expect.closeTo(0.5, 6), expect.closeTo(0.5, 6)])
    for (let i = 0; i < 2000; i++)
      for (const [arm, every] of [4, 5].entries()) {
        tried(arms[arm]!, [1])
        if (i % every === 0) rewarded(arms[arm]!, [1])
      }
    expect(linearThompson(arms, [1], 0.4)[0]).toBeGreaterThan(0.99)
  })
})
