import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adjustedRand } from '../../../../models/analytics/clusters/adjusted-rand.ts'
import {
  type CustomerClusters,
  candidateOf,
  chosenOf,
  clusterCustomers,
  ksOf,
} from '../../../../models/analytics/clusters/cluster-customers.ts'
import { type Feature, standardise } from '../../../../models/analytics/clusters/standardise.ts'
import { FOUR_KINDS, plantedKinds } from './planted.ts'

const options = { maxClusters: 8, seed: 42 }
const found = (features: readonly Feature[], more = {}) =>
  clusterCustomers(features, features[0]!.values.length, { ...options, ...more })
const columns = (...values: number[][]): Feature[] => values.map((one, f) => ({ name: `f${f}`, values: Float64Array.from(one) }))

/** Every number in a result, however deep: none may be NaN or infinite. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : []
}

function expectSound(result: CustomerClusters, rows: number): void {
  expect(numbersIn(result).filter(x => !Number.isFinite(x))).toEqual([])
  expect(result.of.length).toBe(rows)
  expect(result.clusters.reduce((sum, { customers }) => sum + customers, 0)).toBe(rows)
  expect(new Set(result.clusters.map(({ name }) => name.english)).size).toBe(result.clusters.length)
}

test('planted kinds of customers are found, as many as there are, whatever the seed', () => {
  for (const seed of [1, 2, 3]) {
    const { features, kinds } = plantedKinds(FOUR_KINDS, 2000, 0.3, seed)
    const result = found(features, { seed })
    expect(result.choice).toMatchObject({ k: 4 })
    expect(adjustedRand(result.of, kinds)).toBeGreaterThan(0.98)
    expect(result.clusters.map(({ strategy }) => strategy.code).sort()).toEqual(['next_order', 'rest', 'reward', 'win_back'])
    expectSound(result, 2000)
  }
})

test('planted kinds are found of more rows than silhouettes and starts look at', () => {
  const { features, kinds } = plantedKinds(FOUR_KINDS, 20_000, 0.3, 5)
  const result = found(features)
  expect(result.silhouetteRows).toBe(5000)
  expect(result.choice.k).toBe(4)
  expect(adjustedRand(result.of, kinds)).toBeGreaterThan(0.98)
})

test('the same rows and seed give the same clusters, and candidates may be found one by one', () => {
  const { features } = plantedKinds(FOUR_KINDS, 300, 0.8, 4)
  const standard = standardise(features, 300)
  const apart = ksOf(standard, options.maxClusters)
    .reverse()
    .map(k => candidateOf(standard, k, options.seed))
    .reverse()
  expect(chosenOf(features, standard, apart, options)).toEqual(found(features))
})

test('a billion-rupee order does not hide the planted kinds', () => {
  const { features, kinds } = plantedKinds(FOUR_KINDS, 1000, 0.3, 6)
  features[2]!.values[77] = 1e9
  const result = found(features)
  expect(result.choice.k).toBe(4)
  expect(adjustedRand(result.of, kinds)).toBeGreaterThan(0.97)
  expectSound(result, 1000)
})

test.each([
  ['nobody', columns([], []), 'no_customers', 0],
  ['one customer', columns([3], [4]), 'one_customer', 1],
  ['two customers', columns([3, 9], [4, 1]), 'too_few_customers', 1],
  ['all alike', columns([3, 3, 3], [4, 4, 4]), 'all_alike', 1],
  ['nothing known', columns([Number.NaN, Number.NaN, Number.NaN]), 'all_alike', 1],
] as const)('%s: one cluster that says why', (_, features, single, clusters) => {
  const result = found(features)
  expect(result).toMatchObject({ single, choice: { k: 1, structure: 'none' } })
  expect(result.clusters.length).toBe(clusters)
  expectSound(result, features[0]!.values.length)
})

test('who asks for no more than one cluster gets one', () => {
  expect(found(columns([1, 2, 3, 40, 50, 60]), { maxClusters: 1 })).toMatchObject({ single: 'not_asked_for_more' })
})

test('of two kinds of rows repeated there are two clusters, not more, and every number is finite', () => {
  const result = found(columns([1, 1, 1, 9, 9, 9, 9], [2, 2, 2, 2, 2, 2, 2]))
  expect([...result.of]).toEqual([1, 1, 1, 0, 0, 0, 0])
  expect(result.treatments.map(({ treatment }) => treatment)).toEqual(['plain', 'constant'])
  expect(result).toMatchObject({ choice: { k: 2, structure: 'strong' }, inertia: 0 })
  expectSound(result, 7)
})

test('the largest numbers there are do not overflow in the means that are told', () => {
  expectSound(found(columns([1.7e308, -1.7e308, 1.7e308, -1.6e308, 3, 4])), 6)
})

test('whatever the columns hold, the result is whole and finite', () => {
  const rows = fc.array(fc.tuple(fc.double(), fc.constantFrom(0, 1, 1e9, Number.NaN), fc.integer({ min: 0, max: 5 })), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(rows, rows => {
      const features = [0, 1, 2].map(f => ({ name: `f${f}`, values: Float64Array.from(rows, row => row[f]!) }))
      expectSound(clusterCustomers(features, rows.length, { maxClusters: 4, seed: 1 }), rows.length)
    }),
    { numRuns: 60 },
  )
})
