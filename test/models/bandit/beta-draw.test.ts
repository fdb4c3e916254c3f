import { expect, test } from 'vitest'
import { betaBelow } from '../../../models/bandit/beta.ts'
import { betaDraw } from '../../../models/bandit/beta-draw.ts'
import { Random } from '../../../models/random.ts'

test.each([
  [0.5, 0.5],
  [1, 1],
  [0.5, 20.5],
  [3, 7],
  [400.5, 9600.5],
])('draws from Beta(%s, %s) are spread as it says (Kolmogorov–Smirnov)', (a, b) => {
  const random = new Random('beta', 7)
  const draws = Float64Array.from({ length: 20_000 }, () => betaDraw(a, b, random)).sort()
  let widest = 0
  for (const [k, x] of draws.entries()) {
    const below = betaBelow(x, a, b)
    widest = Math.max(widest, Math.abs(below - k / draws.length), Math.abs(below - (k + 1) / draws.length))
  }
  // Of 1,000 such samples one lies further off.
  expect(widest * Math.sqrt(draws.length)).toBeLessThan(1.95)
})

test('of the smallest shapes a draw is still a share', () => {
  const random = new Random('beta', 8)
  for (let k = 0; k < 1000; k++) {
    const draw = betaDraw(0.001, 0.001, random)
    expect(draw).toBeGreaterThanOrEqual(0)
    expect(draw).toBeLessThanOrEqual(1)
  }
})
