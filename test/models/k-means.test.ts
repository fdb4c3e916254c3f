import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedLloyd } from '../../models/bounded-lloyd.ts'
import { bestOfStarts, kMeans, nearestCentre } from '../../models/k-means.ts'
import { seedCentres } from '../../models/k-means-seeds.ts'
import { Random } from '../../models/random.ts'
import { squaredDistance } from '../../models/squared-distance.ts'

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

/** Lloyd's rounds as they are told: nobody is skipped. */
function plainLloyd(points: Float64Array, d: number, centres: Float64Array): number {
  const k = centres.length / d
  const of = new Int32Array(points.length / d).fill(-1)
  for (;;) {
    let [moved, inertia] = [0, 0]
    for (let i = 0; i < of.length; i++) {
      const ways = Array.from({ length: k }, (_, c) => squaredDistance(points, i * d, centres, c * d, d))
      const least = Math.min(...ways)
      inertia += least
      if (ways[of[i]!] === least) continue
      of[i] = ways.indexOf(least)
      moved++
    }
    if (moved === 0) return inertia
    for (let c = 0; c < k; c++) {
      const own = [...of.keys()].filter(i => of[i] === c)
      for (let f = 0; f < d && own.length > 0; f++)
        centres[c * d + f] = own.reduce((sum, i) => sum + points[i * d + f]!, 0) / own.length
    }
  }
}

test('bounds skip only what cannot move: plain rounds from the same first centres end in the same place', () => {
  const random = new Random('bounds')
  for (let set = 0; set < 30; set++) {
    const [d, k] = [random.int(1, 5), random.int(1, 9)]
    const points = Float64Array.from({ length: 200 * d }, () => random.float() + random.int(0, 2))
    const centres = seedCentres(points, d, k, random)
    const [plain, bounded] = [centres.slice(), centres.slice()]
    const inertia = plainLloyd(points, d, plain)
    expect(boundedLloyd(points, d, bounded, 1000).inertia).toBeCloseTo(inertia, 9)
    for (let at = 0; at < plain.length; at++) expect(bounded[at]).toBeCloseTo(plain[at]!, 9)
  }
})

test('a centre that nobody is near takes the point that lies farthest from its own', () => {
  const points = Float64Array.of(0, 1, 2, 10, 11, 12, 30)
  const { of, inertia } = boundedLloyd(points, 1, Float64Array.of(1, 11, 1000), 100)
  expect([...of]).toEqual([0, 0, 0, 1, 1, 1, 2])
  expect(inertia).toBe(4)
})

test('many starts are never worse than the first of them, and the same seed gives the same, also on a sample', () => {
  const random = new Random('starts')
  const points = Float64Array.from({ length: 3000 }, () => random.float() ** 2)
  const all = bestOfStarts(points, 3, { k: 7, rounds: 300, seed: 5, starts: 20, sample: 1000 })
  const one = bestOfStarts(points, 3, { k: 7, rounds: 300, seed: 5, starts: 1, sample: 1000 })
  expect(all.inertia).toBeLessThanOrEqual(one.inertia)
  const sampled = () => bestOfStarts(points, 3, { k: 7, rounds: 300, seed: 5, starts: 20, sample: 300 })
  expect(sampled()).toEqual(sampled())
  expect(sampled().inertia).toBeLessThan(all.inertia * 1.001)
})

test('where it ends before all is still, centres are the means of their points all the same, and inertia is around them', () => {
  const random = new Random('early')
  const points = Float64Array.from({ length: 900 }, () => random.float())
  const { of, centres, inertia } = kMeans(points, 3, { k: 8, rounds: 2, seed: 1 })
  let around = 0
  for (let c = 0; c < 8; c++) {
    const own = [...of.keys()].filter(i => of[i] === c)
    for (let f = 0; f < 3; f++) {
      const mean = own.reduce((sum, i) => sum + points[3 * i + f]!, 0) / own.length
      expect(centres[3 * c + f]).toBeCloseTo(mean, 12)
      for (const i of own) around += square(points[3 * i + f]! - mean)
    }
  }
  expect(inertia).toBeCloseTo(around, 9)
})
