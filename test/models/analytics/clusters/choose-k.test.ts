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
    ['calinski-harabasz', 2, [2], 'passed'],
    ['elbow', 3, [2], 'no_word'],
    ['silhouette', 3, [2], 'no_word'],
  ])
})

test('of numbers about as dense the elbow takes its own, and where it has none the best silhouette is taken', () => {
  const all = [evidence(2, 1, 0.75, 70), evidence(3, 1, 0.5, 90), evidence(4, 1, 0.6, 91), evidence(5, 1, 0.55, 100)]
  expect(chooseK(all, 3)).toMatchObject({ k: 3, structure: 'weak' })
  expect(chooseK(all, 2)).toMatchObject({ k: 4, structure: 'reasonable' })
  expect(chooseK(all, undefined)).toMatchObject({ k: 4 })
  expect(chooseK(all, undefined).reasons.at(-1)).toEqual({ criterion: 'silhouette', favours: 2, left: [4], verdict: 'took' })
})

test('where resamples agree on none, the best of them goes on and it is said', () => {
  const { k, reasons } = chooseK([evidence(2, 0.4, 0.2, 10), evidence(3, 0.38, 0.22, 10), evidence(4, 0.1, 0.9, 20)], undefined)
  expect([k, reasons[0]]).toEqual([3, { criterion: 'stability', favours: 2, left: [2, 3], verdict: 'none_passed' }])
})

test('without evidence everybody is in one cluster, and no structure is claimed', () => {
  expect(chooseK([], undefined)).toEqual({ k: 1, reasons: [], structure: 'none' })
})
