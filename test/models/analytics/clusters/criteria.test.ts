import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adjustedRand } from '../../../../models/analytics/clusters/adjusted-rand.ts'
import { calinskiHarabasz } from '../../../../models/analytics/clusters/calinski-harabasz.ts'
import { kneeOf } from '../../../../models/analytics/clusters/knee.ts'
import { silhouettesOf } from '../../../../models/analytics/clusters/silhouettes.ts'
import { stabilityOf } from '../../../../models/analytics/clusters/stability.ts'
import { Random } from '../../../../models/random.ts'

const labelled = fc.integer({ min: 1, max: 25 }).chain(rows => {
  const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: rows, maxLength: rows })
  const places = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2 * rows, maxLength: 2 * rows })
  return fc.record({ a: labels, b: labels, places })
})

/** Hubert & Arabie's index by looking at every pair. */
function plainRand(a: readonly number[], b: readonly number[]): number {
  let [both, inA, inB, all] = [0, 0, 0, 0]
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++) {
      all++
      if (a[i] === a[j]) inA++
      if (b[i] === b[j]) inB++
      if (a[i] === a[j] && b[i] === b[j]) both++
    }
  const expected = all === 0 ? 0 : (inA * inB) / all
  return (inA + inB) / 2 === expected ? 1 : (both - expected) / ((inA + inB) / 2 - expected)
}

test('agreement is what counting all pairs gives, and does not know how clusters are numbered', () => {
  fc.assert(
    fc.property(labelled, ({ a, b }) => {
      const found = adjustedRand(Int32Array.from(a), Int32Array.from(b))
      expect(found).toBeCloseTo(plainRand(a, b), 9)
      expect(
        adjustedRand(
          Int32Array.from(a, x => 3 - x),
          Int32Array.from(b),
        ),
      ).toBeCloseTo(found, 9)
    }),
  )
})

test('agreement of known cases: the same, and the example of scikit-learn’s manual', () => {
  expect(adjustedRand(Int32Array.of(0, 0, 1, 1), Int32Array.of(1, 1, 0, 0))).toBe(1)
  expect(adjustedRand(Int32Array.of(0, 0, 1, 2), Int32Array.of(0, 0, 1, 1))).toBeCloseTo(0.5714285714, 9)
})

/** Rousseeuw's definition, word for word, over all pairs. */
function plainSilhouette(places: readonly number[], labels: readonly number[]): number[] {
  const apart = (i: number, j: number) => Math.hypot(places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!)
  return labels.map((own, i) => {
    const meanTo = (c: number) => {
      const others = [...labels.keys()].filter(j => labels[j] === c && j !== i)
      return others.reduce((sum, j) => sum + apart(i, j), 0) / others.length
    }
    if (labels.filter(c => c === own).length === 1) return 0
    const within = meanTo(own)
    const between = Math.min(...labels.filter(c => c !== own).map(meanTo))
    return Math.max(within, between) === 0 ? 0 : (between - within) / Math.max(within, between)
  })
}

test('silhouettes are those of their definition, of several clusterings at once', () => {
  fc.assert(
    fc.property(labelled, ({ a, b, places }) => {
      const found = silhouettesOf(Float64Array.from(places), 2, [Int32Array.from(a), Int32Array.from(b)])
      for (const [at, labels] of [a, b].entries()) {
        if (new Set(labels).size < 2) {
          expect(found[at]).toBeUndefined()
          continue
        }
        const all = plainSilhouette(places, labels)
        expect(found[at]!.mean).toBeCloseTo(all.reduce((x, y) => x + y, 0) / all.length, 9)
        for (const c of new Set(labels)) {
          const own = all.filter((_, i) => labels[i] === c)
          expect(found[at]!.ofCluster[c]).toBeCloseTo(own.reduce((x, y) => x + y, 0) / own.length, 9)
        }
      }
    }),
  )
})

test('Caliński and Harabasz’ index is between over within, each per degree of freedom', () => {
  // 0, 2 | 10, 12: common mean 6, centres 1 and 11; within 4, between 100.
  expect(calinskiHarabasz(104, 4, 4, 2)).toBe(100 / 1 / (4 / 2))
  expect([calinskiHarabasz(104, 0, 4, 1), calinskiHarabasz(104, 0, 4, 4), calinskiHarabasz(100, 0, 4, 2)]).toEqual([
    undefined,
    undefined,
    1,
  ])
})

test('the knee of the example of Kneedle’s authors is where they found it', () => {
  const xs = Array.from({ length: 10 }, (_, i) => i / 9)
  // Their figure 2 rises, y = 5 − 1 / (x + 0.1); turned over it falls, with the same knee.
  expect(
    kneeOf(
      xs,
      xs.map(x => 1 / (x + 0.1) - 5),
    ),
  ).toBeCloseTo(2 / 9, 12)
})

test('a curve without a knee has none: straight, flat, too short, or bulging', () => {
  const xs = [1, 2, 3, 4, 5]
  expect([kneeOf(xs, [5, 4, 3, 2, 1]), kneeOf(xs, [1, 1, 1, 1, 1]), kneeOf([1, 2], [5, 1]), kneeOf([], [])]).toEqual(
    Array(4).fill(undefined),
  )
  expect(kneeOf(xs, [100, 99, 96, 85, 0])).toBeUndefined()
})

test('resamples agree on groups that lie apart, and not on how many more a single cloud is cut into', () => {
  const random = new Random('resamples test')
  const apart = Float64Array.from({ length: 600 }, (_, at) => 20 * (Math.floor(at / 2) % 3) + random.float())
  expect(stabilityOf(apart, 2, { k: 3, seed: 1, pairs: 6 })).toMatchObject({ mean: 1, deviation: 0, pairs: 6 })
  const cloud = Float64Array.from({ length: 600 }, () => random.float())
  expect(stabilityOf(cloud, 2, { k: 7, seed: 1, pairs: 6 }).mean).toBeLessThan(0.8)
})
