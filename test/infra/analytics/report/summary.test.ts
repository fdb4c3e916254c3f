import { describe, expect, test } from 'vitest'
import { analyzeShop } from '../../../../infra/analytics/analyze-shop.ts'
import { cellText } from '../../../../infra/analytics/report/cell-text.ts'
import { clusterName } from '../../../../infra/analytics/report/cluster-name.ts'
import { headings, strategyHeadings } from '../../../../infra/analytics/report/headings.ts'
import type { Language } from '../../../../infra/analytics/report/report.ts'
import { reportOf } from '../../../../infra/analytics/report/report-of.ts'
import { urdu } from '../../../../infra/analytics/report/words-ur.ts'
import { type AnalysisTables, cellAt, tableColumns } from '../../../../infra/analytics/table.ts'
import { strategyOfCluster } from '../../../../models/analytics/clusters/cluster-strategy.ts'
import { nameClusters } from '../../../../models/analytics/clusters/name-clusters.ts'
import { segmentStrategies } from '../../../../models/analytics/rfm/segment-strategy.ts'
import { type Line, shopInColumns } from '../../../support/shop-in-columns.ts'

const OPTIONS = {
  asOf: undefined,
  ...{ maxClusters: 5, seed: 42, recommendations: 3, minConfidence: 0, horizonDays: 365, currency: 'PKR', variants: [] },
}
const tablesOf = async (lines: readonly Line[], others: readonly string[] = []): Promise<AnalysisTables> => {
  const watching = { say: () => {}, signal: new AbortController().signal }
  return (await analyzeShop(shopInColumns(lines, others), undefined, OPTIONS, watching)).tables
}

const day = (n: number): string => new Date(Date.UTC(2025, 0, 1) + n * 86_400_000).toISOString()
const shop: Line[] = Array.from({ length: 60 }, (_, c) =>
  Array.from({ length: 1 + (c % 7) }, (_, at) => [
    { customer: `c${c}`, product: 'چائے', order: `${c}-${at}`, at: day((at * 40 + c * 3) % 300), price: 100 + 13 * c },
    { customer: `c${c}`, product: 'milk', order: `${c}-${at}`, at: day((at * 40 + c * 3) % 300), price: 50 + c },
  ]).flat(),
).flat()

describe.each<Language>(['en', 'ur'])('the summary in %s', language => {
  test('says no number that is not what stands in its cell', async () => {
    const all = await tablesOf(shop)
    const { summary } = reportOf(all, language)
    expect(summary.length).toBeGreaterThan(8)
    for (const sentence of summary) {
      const words = sentence.filter(piece => typeof piece === 'string').join('')
      // Numbers between the references: only those of the template itself, «95 of 100 cases», and of names of months.
      expect(words.replace(/\u2068[^\u2069]*\u2069/g, '').replace(/\b(95|100)\b/g, '')).not.toMatch(/\d/)
      for (const piece of sentence) {
        if (typeof piece === 'string') continue
        const { kind } = tableColumns[piece.cell.table].find(({ name }) => name === piece.cell.column)!
        expect(piece.text).toBe(cellText(cellAt(all, piece.cell), kind, language, 'PKR'))
      }
    }
  })

  test('says nothing of a shop where nobody bought, and every section says why it is empty', async () => {
    const { summary, sections } = reportOf(await tablesOf([], ['ada']), language)
    expect(summary).toEqual([])
    for (const { charts, tables, nothing } of sections) {
      expect([charts, tables]).toEqual([[], []])
      expect(nothing).toMatch(/\S/)
    }
  })
})

describe('Urdu', () => {
  test('is there for every text that a report can say: nothing of ours stays English', async () => {
    const english = [
      ...Object.values(segmentStrategies).flatMap(({ goal, action }) => [goal, action]),
      ...[-1, 0, 1]
        .flatMap(r =>
          [-1, 0.1, 1].flatMap(f => [-1, 0, 1].map(m => strategyOfCluster({ recency: r, frequency: f, monetary: m }))),
        )
        .flatMap(({ goal, action }) => [goal, action]),
      ...[headings, strategyHeadings].flatMap(of => Object.values(of).flatMap(columns => Object.values(columns))),
    ]
    for (const text of english) expect(urdu, text).toHaveProperty([text])
    const { title, sections } = reportOf(await tablesOf(shop), 'ur')
    const said = [
      title,
      ...sections.flatMap(one => [one.title, one.lead, ...one.charts.flatMap(({ title, describes }) => [title, describes])]),
    ]
    for (const text of said) expect(text).toMatch(/[\u0600-\u06ff]/)
  })

  test('names every cluster that can be named, with none of its English words left', () => {
    const features = ['recency', 'frequency', 'monetary', 'averageOrder', 'tenure']
    for (let f = 0; f < features.length; f++)
      for (const away of [-2, -0.8, -0.3, 0.3, 0.8, 2]) {
        const centres = new Float64Array(10)
        centres[f] = away
        centres[5 + f] = away
        for (const { english } of nameClusters(features, centres, 2)) expect(clusterName(english, 'ur')).not.toMatch(/[a-z]/i)
      }
  })

  test('keeps the places of its templates: no number is lost or said twice', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort()
    for (const [english, translated] of Object.entries(urdu)) expect(places(translated), english).toEqual(places(english))
  })
})
