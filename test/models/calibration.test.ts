import { expect, test } from 'vitest'
import { calibrate, chanceOf } from '../../models/calibration.ts'
import { Random } from '../../models/random.ts'

/** What comes of scores whose chances are known. */
function outcomes(slope: number, intercept: number, count: number) {
  const random = new Random('calibration', slope, intercept)
  const scores = Array.from({ length: count }, () => 6 * random.float() - 3)
  return { scores, happened: scores.map(score => random.chance(chanceOf(score, { slope, intercept }))) }
}

test.each([
  [1, 0],
  [2, -3],
  [0.3, -4],
  [-1, 1],
])('a logistic curve of slope %d and intercept %d is found again from what became of its scores', (slope, intercept) => {
  const { scores, happened } = outcomes(slope, intercept, 40_000)
  const found = calibrate(scores, happened)!
  expect(found.slope).toBeCloseTo(slope, 0)
  expect(found.intercept).toBeCloseTo(intercept, 0)
  for (const score of [-2, 0, 2]) expect(chanceOf(score, found)).toBeCloseTo(chanceOf(score, { slope, intercept }), 1)
})

test('chances add up to what happened, so that what is expected is what comes', () => {
  const { scores, happened } = outcomes(1.5, -2, 5000)
  const found = calibrate(scores, happened)!
  const expected = scores.reduce((sum, score) => sum + chanceOf(score, found), 0)
  expect(expected / happened.filter(Boolean).length).toBeCloseTo(1, 2)
})

test('scores that tell everything apart give steep but finite chances, and where all came out alike nothing is said', () => {
  const found = calibrate([1, 2, 3, 4], [false, false, true, true])!
  expect(chanceOf(4, found)).toBeGreaterThan(0.6)
  expect(chanceOf(4, found)).toBeLessThan(1)
  expect(calibrate([1, 2], [true, true])).toBeUndefined()
  expect(calibrate([], [])).toBeUndefined()
})
