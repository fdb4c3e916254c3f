import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kMeans, nearestCentre } from '../../models/k-means.ts'
import { Random } from '../../models/random.ts'

const options = { rounds: 100, seed: 1 }
const square = (x: number) => x * x

/** The least inertia of all ways to cut sorted numbers into k runs: what is best in one dimension. */
function best(points: readonly number[], k: number): number {
  if (points.length === 0) return 0
  if (k === 0) return Number.POSITIVE_INFINITY
  const spread = (run: readonly number[]) => {
    const mean = run.reduce((a, b) => a + b, 0) / run.length
    return run.reduce((sum, x) => sum + square(x - mean), 0)
  }
  return Math.min(...points.map((_, cut) => spread(points.slice(0, cut + 1)) + best(points.slice(cut + 1), k - 1)))
}

test('of small sets one of many seeds finds what is best of all ways to part them, and none finds better', () => {
  const random = new Random('small sets')
  for (let set = 0; set < 20; set++) {
    const points = Array.from({ length: 9 }, () => random.int(0, 40)).sort((a, b) => a - b)
    const least = best(points, 3)
    const found = Array.from(
      { length: 200 },
      (_, seed) => kMeans(Float64Array.from(points), 1, { k: 3, rounds: 100, seed }).inertia,
    )
    expect(Math.min(...found)).toBeCloseTo(least, 6)
  }
})

test('every point belongs to its nearest centre, and every centre is the mean of its points', () => {
  const coordinates = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), { maxLength: 40 })
  fc.assert(
    fc.property(coordinates, fc.integer({ min: 1, max: 6 }), (pairs, k) => {
      const points = Float64Array.from(pairs.flat())
      const clusters = kMeans(points, 2, { k, ...options })
      const different = new Set(pairs.map(String)).size
      expect(clusters.centres.length / 2).toBe(Math.min(k, different))
      const away = (i: number, c: number) =>
        square(points[2 * i]! - clusters.centres[2 * c]!) + square(points[2 * i + 1]! - clusters.centres[2 * c + 1]!)
      let inertia = 0
      for (const [i, own] of clusters.of.entries()) {
        for (let c = 0; 2 * c < clusters.centres.length; c++) expect(away(i, own)).toBeLessThanOrEqual(away(i, c))
        expect(away(i, nearestCentre(clusters, points.subarray(2 * i, 2 * i + 2)))).toBe(away(i, own))
        inertia += away(i, own)
      }
      expect(inertia).toBeCloseTo(clusters.inertia, 6)
      for (let c = 0; 2 * c < clusters.centres.length; c++) {
        const mine = pairs.filter((_, i) => clusters.of[i] === c)
        if (mine.length === 0) continue
        expect(clusters.centres[2 * c]).toBeCloseTo(mine.reduce((sum, [x]) => sum + x, 0) / mine.length, 9)
      }
    }),
  )
})

test('groups that lie apart are told apart, whatever the seed', () => {
  const random = new Random('groups')
  const points = Float64Array.from({ length: 400 }, (_, at) => 20 * (Math.floor(at / 2) % 4) + random.float())
  for (let seed = 0; seed < 20; seed++) {
    const { of } = kMeans(points, 2, { k: 4, rounds: 100, seed })
    for (let i = 4; i < of.length; i++) expect(of[i]).toBe(of[i % 4])
    expect(new Set(of).size).toBe(4)
  }
})

test('of no points there are no clusters, and nothing is near', () => {
  const clusters = kMeans(new Float64Array(0), 3, { k: 4, ...options })
  expect([clusters.centres.length, nearestCentre(clusters, Float64Array.of(0, 0, 0))]).toEqual([0, -1])
})
