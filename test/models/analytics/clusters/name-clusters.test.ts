import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strategyOfCluster } from '../../../../models/analytics/clusters/cluster-strategy.ts'
import { nameClusters } from '../../../../models/analytics/clusters/name-clusters.ts'

const RFM = ['recency', 'frequency', 'monetary']

test('clusters are called by what tells them from everybody, strongest first', () => {
  const names = nameClusters(RFM, Float64Array.of(-1, 1.5, 0.1, 0.9, -0.3, -2, 0, 0.1, -0.1), 3)
  expect(names.map(({ english }) => english)).toEqual([
    'Very frequent, recent customers',
    'Very low-spending, long absent customers',
    'Average customers',
  ])
  expect(names[0]!.traits[0]).toEqual({ feature: 'frequency', side: 'high', degree: 'very', deviations: 1.5 })
})

test('clusters of the same words are told apart by more of them, then by a number', () => {
  const names = nameClusters(RFM, Float64Array.of(-1, 1, 0.7, -1, 1, -0.3, 0, 0, 0, 0, 0, 0.01), 4)
  expect(names.map(({ english }) => english)).toEqual([
    'Recent, frequent, high-spending customers',
    'Recent, frequent, slightly low-spending customers',
    'Average customers',
    'Average customers (2)',
  ])
})

test('a feature that no words are known for is high or low', () => {
  expect(nameClusters(['visits'], Float64Array.of(0.7), 1)[0]!.english).toBe('High visits customers')
})

test('no two clusters are called the same, wherever their centres are', () => {
  const centre = fc.array(fc.constantFrom(-2, -1, -0.3, 0, 0.3, 1, 2), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(fc.array(centre, { minLength: 1, maxLength: 12 }), centres => {
      const names = nameClusters(RFM, Float64Array.from(centres.flat()), centres.length)
      expect(new Set(names.map(({ english }) => english)).size).toBe(centres.length)
      const structures = names.map(({ traits, ordinal }) =>
        JSON.stringify([traits.map(t => [t.feature, t.side, t.degree]), ordinal]),
      )
      expect(new Set(structures).size).toBe(centres.length)
    }),
  )
})

test('every side of the mean has its strategy, and who is like everybody is looked at first', () => {
  const sides = [-1, 1]
  const codes = sides.flatMap(recency =>
    sides.flatMap(frequency => sides.map(monetary => strategyOfCluster({ recency, frequency, monetary }).code)),
  )
  expect(codes).toEqual(['welcome', 'next_order', 'grow_basket', 'reward', 'rest', 'reopen', 'remind', 'win_back'])
  expect(strategyOfCluster({ tenure: 3 }).code).toBe('observe')
  expect(strategyOfCluster({ recency: -0.5, frequency: 0.2, monetary: 0.5 }).code).toBe('make_loyal')
  expect(strategyOfCluster({ monetary: 1.2 }).code).toBe('reopen')
})
