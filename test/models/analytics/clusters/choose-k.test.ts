import { expect, test } from 'vitest'
import { chooseK, type Evidence } from '../../../../models/analytics/clusters/choose-k.ts'

const evidence = (k: number, stability: number, silhouette: number, calinskiHarabasz: number): Evidence => ({
  k,
  inertia: 100 / k,
  calinskiHarabasz,
  silhouette: { mean: silhouette, standardError: 0 },
  stability: { mean: stability, deviation: 0, pairs: 10 },
})

test('a number that resamples do not agree on is not chosen, however good its silhouette', () => {
  const { k, reasons, structure } = chooseK([evidence(2, 0.95, 0.4, 10), evidence(3, 0.5, 0.8, 90)], 3)
  expect([k, structure]).toEqual([2, 'weak'])
  expect(reasons.map(({ criterion, favours, left, verdict }) => [criterion, favours, left, verdict])).toEqual([
    ['stability', 2, [2], 'passed'],
    ['silhouette', 2, [2], 'passed'],
    ['elbow', 3, [2], 'no_word'],
    ['calinski-harabasz', 3, [2], 'no_word'],
  ])
})

test('of silhouettes as good as each other the elbow takes its own, and where it has none the denser one is taken', () => {
  const all = [evidence(2, 1, 0.61, 10), evidence(3, 1, 0.6, 20), evidence(4, 1, 0.6, 30), evidence(5, 1, 0.5, 40)]
  expect(chooseK(all, 3)).toMatchObject({ k: 3, structure: 'reasonable' })
  expect(chooseK(all, 5)).toMatchObject({ k: 4 })
  expect(chooseK(all, undefined)).toMatchObject({ k: 4 })
})

test('where resamples agree on none, the best of them goes on and it is said', () => {
  const { k, reasons } = chooseK([evidence(2, 0.4, 0.2, 10), evidence(3, 0.38, 0.22, 20), evidence(4, 0.1, 0.9, 20)], undefined)
  expect([k, reasons[0]]).toEqual([3, { criterion: 'stability', favours: 2, left: [2, 3], verdict: 'none_passed' }])
})

test('without evidence everybody is in one cluster, and no structure is claimed', () => {
  expect(chooseK([], undefined)).toEqual({ k: 1, reasons: [], structure: 'none' })
})
