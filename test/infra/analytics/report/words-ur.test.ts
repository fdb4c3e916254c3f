import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clusterName } from '../../../../infra/analytics/report/cluster-name.ts'
import { headings, strategyHeadings } from '../../../../infra/analytics/report/headings.ts'
import { reportOf } from '../../../../infra/analytics/report/report-of.ts'
import { urdu } from '../../../../infra/analytics/report/words-ur.ts'
import { strategyOfCluster } from '../../../../models/analytics/clusters/cluster-strategy.ts'
import { nameClusters } from '../../../../models/analytics/clusters/name-clusters.ts'
import { segmentStrategies } from '../../../../models/analytics/rfm/segment-strategy.ts'
import { rhythmOf } from '../../../../models/analytics/value/purchase-intervals.ts'
import { segments } from '../../../../models/segments.ts'
import { tablesOf, toldTables } from '../../../support/told-tables.ts'

const ARABIC = /\p{Script=Arabic}/u
const placesOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()
const deviations = [-2, -0.7, -0.3, -0.1, 0, 0.1, 0.3, 0.7, 2]
const centres = deviations.flatMap(recency =>
  deviations.flatMap(frequency => deviations.map(monetary => ({ recency, frequency, monetary }))),
)

describe('every text that the models can say has an Urdu one', () => {
  const without = (texts: readonly string[]) => [...new Set(texts)].filter(text => !ARABIC.test(urdu[text] ?? ''))

  test('segments, which keep their English name beside it', () => {
    expect(without(segments)).toEqual([])
    for (const segment of segments) expect(urdu[segment]).toContain(segment)
  })
  test('goals and actions of segments', () => {
    expect(without(Object.values(segmentStrategies).flatMap(({ goal, action }) => [goal, action]))).toEqual([])
  })
  test('goals and actions of clusters, wherever their centres lie', () => {
    const strategies = centres.map(strategyOfCluster)
    expect(new Set(strategies.map(({ code }) => code)).size).toBe(10)
    expect(without(strategies.flatMap(({ goal, action }) => [goal, action]))).toEqual([])
  })
  test('names of clusters, whatever their traits', () => {
    const features = ['recency', 'frequency', 'monetary', 'averageOrder', 'tenure']
    const centre = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(centre, { minLength: 1, maxLength: 10 }), all => {
        const names = nameClusters(features, Float64Array.from(all.flat()), all.length).map(({ english }) => english)
        const said = names.map(name => clusterName(name, 'ur'))
        expect(said.filter(name => /[a-z]/i.test(name) || !ARABIC.test(name))).toEqual([])
        expect(new Set(said).size).toBe(names.length)
      }),
      { numRuns: 300 },
    )
  })
  test('rhythms', () => {
    expect(without([0.1, 1, 3, 100, Number.NaN].map(rhythmOf))).toEqual([])
  })
  test('headings of tables', () => {
    expect(without([headings, strategyHeadings].flatMap(of => Object.values(of).flatMap(one => Object.values(one))))).toEqual([])
  })
})

test('an Urdu text has the places of the English one, no more and no fewer', () => {
  for (const [english, text] of Object.entries(urdu)) expect(placesOf(text), english).toEqual(placesOf(english))
})

test('an Urdu report has no title, lead, chart or heading left in English', () => {
  const texts = (all: Parameters<typeof reportOf>[0]) => {
    const { title, subtitle, sections } = reportOf(all, 'ur')
    return [
      title,
      subtitle,
      ...sections.flatMap(({ title, lead, nothing, charts, tables }) => [
        ...[title, lead, nothing ?? title],
        ...charts.flatMap(chart => [chart.title, chart.describes]),
        ...tables.flatMap(table => [table.title, ...table.columns.map(({ heading }) => heading)]),
      ]),
    ]
  }
  fc.assert(
    fc.property(toldTables, all => {
      expect(texts(all).filter(text => !ARABIC.test(text))).toEqual([])
    }),
    { numRuns: 15 },
  )
  expect(
    texts(tablesOf({ overview: [{ customers: 0, buyers: 0, orders: 0, as_of: '2026-02-28' }] })).filter(
      text => !ARABIC.test(text),
    ),
  ).toEqual([])
})
