import fc from 'fast-check'
import { expect, test } from 'vitest'
import { standardise } from '../../../../models/analytics/clusters/standardise.ts'

const column = (name: string, ...values: number[]) => ({ name, values: Float64Array.from(values) })

test('a plain column comes to mean 0 and deviation 1, row by row beside the others', () => {
  const { points, dimensions, treatments } = standardise([column('a', 1, 2, 3, 4), column('b', 8, 6, 4, 2)], 4)
  expect(dimensions).toBe(2)
  const score = (4 - 2.5) / Math.sqrt(1.25)
  expect([points[6], points[7], points[1]]).toEqual([score, -score, score])
  expect(treatments.map(({ treatment }) => treatment)).toEqual(['plain', 'plain'])
})

test('a skewed column goes by its logarithm and says so, with the sign of what is below zero', () => {
  const { treatments, points } = standardise([column('money', -7, 1, 1, 2, 2, 3, 3, 4, 5, 1000)], 10)
  const logs = [-7, 1, 1, 2, 2, 3, 3, 4, 5, 1000].map(x => Math.sign(x) * Math.log(1 + Math.abs(x)))
  const mean = logs.reduce((a, b) => a + b) / 10
  expect(treatments[0]).toMatchObject({ treatment: 'logged', clipped: 0 })
  expect(treatments[0]!.skewness).toBeCloseTo(2.6666, 3)
  expect(treatments[0]!.mean).toBeCloseTo(mean, 12)
  expect(points[1]).toBeCloseTo((logs[1]! - mean) / treatments[0]!.deviation, 12)
})

test('a constant column is left out and labelled; of constant columns alone nothing is left', () => {
  const features = [column('a', 1, 2, 4), column('same', 7, 7, 7), column('tiny', 1e9, 1e9, 1e9)]
  const { dimensions, treatments } = standardise(features, 3)
  expect([dimensions, ...treatments.map(({ treatment }) => treatment)]).toEqual([1, 'plain', 'constant', 'constant'])
  expect(standardise(features.slice(1), 3)).toMatchObject({ dimensions: 0, points: new Float64Array(0) })
})

test('one order of a billion does not stand farther out than the limit, and is counted', () => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => 100 + (i % 50))
  values[17] = 1e9
  const { points, treatments } = standardise([{ name: 'money', values }], 1000)
  expect(points[17]).toBe(4)
  expect(treatments[0]).toMatchObject({ treatment: 'logged', clipped: 1 })
})

test('what is unknown stands at the mean and is counted', () => {
  const { points, treatments } = standardise([column('a', 1, Number.NaN, 3, Number.POSITIVE_INFINITY)], 4)
  expect([...points]).toEqual([-1, 0, 1, 0])
  expect(treatments[0]).toMatchObject({ unknown: 2, mean: 2, deviation: 1 })
})

test('whatever the numbers are, even the largest there are, what comes out is finite', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 30 }), fc.array(fc.double(), { maxLength: 30 }), (a, b) => {
      const rows = Math.min(a.length, b.length)
      const { points, treatments } = standardise([column('a', ...a.slice(0, rows)), column('b', ...b.slice(0, rows))], rows)
      for (const x of points) expect(Number.isFinite(x)).toBe(true)
      for (const { skewness, mean, deviation } of treatments)
        expect([skewness, mean, deviation].every(Number.isFinite), JSON.stringify(treatments)).toBe(true)
    }),
  )
})
