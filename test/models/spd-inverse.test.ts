import { expect, test } from 'vitest'
import { Random } from '../../models/random.ts'
import { invertSpd } from '../../models/spd-inverse.ts'

test('an inverse times its matrix is the unit matrix, over sizes that fill blocks of four and of 64 and that do not', () => {
  for (const n of [1, 2, 3, 4, 5, 63, 64, 65, 130]) {
    const random = new Random('spd', n)
    const x = Float64Array.from({ length: n * (n + 3) }, () => random.float() - 0.5)
    const a = new Float64Array(n * n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n + 3; k++) a[i * n + j]! += x[i * (n + 3) + k]! * x[j * (n + 3) + k]!
        if (i === j) a[i * n + j]! += 0.1
      }
    const inverse = invertSpd(a.slice(), n)
    let worst = 0
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let k = 0; k < n; k++) sum += inverse[i * n + k]! * a[k * n + j]!
        worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)))
      }
    expect(worst).toBeLessThan(1e-8)
  }
})

test('a matrix that is not positive definite is refused, not turned into NaN', () => {
  expect(() => invertSpd(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(RangeError)
})
