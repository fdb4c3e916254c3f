import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Language, Sentence } from '../../../../infra/analytics/report/report.ts'
import { reportOf } from '../../../../infra/analytics/report/report-of.ts'
import { cellAt, tableColumns } from '../../../../infra/analytics/table.ts'
import { tablesOf, toldTables } from '../../../support/told-tables.ts'

const languages: readonly Language[] = ['en', 'ur']

/** The words of a sentence without names, which stand between isolates. */
const wordsOf = (sentence: Sentence): string =>
  sentence
    .filter(piece => typeof piece === 'string')
    .filter(piece => !piece.startsWith('\u2068'))
    .join('')

/** The number that a person reads in a text, and half of the last digit that is told: read back without the code that wrote it. */
function readBack(text: string): { value: number; within: number } {
  const [digits] = /-?[\d,]+(\.\d+)?/.exec(text.replaceAll(/[\u200e\u200f\u061c]/g, '').replaceAll('\u2212', '-'))!
  const plain = digits.replaceAll(',', '')
  const places = plain.split('.')[1]?.length ?? 0
  const by = text.includes('%') ? 100 : 1
  return { value: Number(plain) / by, within: (0.5 * 10 ** -places) / by }
}

describe.each(languages)('the summary (%s)', language => {
  test('has no number that is not what stands in the cell it names', () => {
    fc.assert(
      fc.property(toldTables, all => {
        for (const sentence of reportOf(all, language).summary)
          for (const piece of sentence) {
            if (typeof piece === 'string') continue
            const cell = cellAt(all, piece.cell)
            const { kind } = tableColumns[piece.cell.table].find(({ name }) => name === piece.cell.column)!
            expect(typeof cell, `${piece.cell.table}.${piece.cell.column}`).toBe('number')
            const { value, within } = readBack(piece.text)
            expect(Math.abs(value - (cell as number)), `${piece.text} of ${cell}`).toBeLessThanOrEqual(
              within + 1e-9 * Math.abs(cell as number),
            )
            expect(piece.text.includes('%')).toBe(kind === 'share')
            expect(piece.text.includes(all.currency)).toBe(kind === 'money' || all.currency === '')
          }
      }),
      { numRuns: 30 },
    )
  })

  test('says no number in its own words, but for the interval that every forecast has', () => {
    fc.assert(
      fc.property(toldTables, all => {
        for (const sentence of reportOf(all, language).summary)
          expect(wordsOf(sentence).replaceAll(/\b(95|100)\b/g, '')).not.toMatch(/\p{Nd}|NaN|undefined|null|\{/u)
      }),
      { numRuns: 20 },
    )
  })
})

describe('the rules of the summary', () => {
  const overview = { customers: 10, buyers: 9, orders: 30, gross: 900, repeat_buyers: 0.5, as_of: '2026-02-28' }
  const summary = (rows: Parameters<typeof tablesOf>[0]) =>
    reportOf(tablesOf({ overview: [overview], ...rows }), 'en').summary.map(sentence =>
      sentence
        .map(piece => (typeof piece === 'string' ? piece : piece.text))
        .join('')
        .replaceAll(/[\u2068\u2069]/g, ''),
    )

  test('the segment that brings most is said, wherever it stands', () => {
    const segments = [
      { segment: 'Champions', customers: 1, gross: 100, share_of_gross: 0.1, share_of_customers: 0.1 },
      { segment: 'Loyal', customers: 8, gross: 800, share_of_gross: 0.9, share_of_customers: 0.9 },
    ]
    expect(summary({ segments })).toContain('Loyal bring most: 90\u00a0% of revenue from 90\u00a0% of buyers.')
  })

  test('who is slipping away is the dearer of the two segments, and is not said of nobody', () => {
    const of = (segment: string, customers: number, gross: number) => ({ segment, customers, gross })
    const said = (...segments: ReturnType<typeof of>[]) => summary({ segments }).filter(one => one.includes('slipping'))
    expect(said(of("Can't Lose", 2, 300), of('At Risk', 5, 200))).toEqual([
      "Can't Lose: 2 customers who paid PKR\u00a0300 until now are slipping away.",
    ])
    expect(said(of("Can't Lose", 0, 0), of('At Risk', 0, 0))).toEqual([])
  })

  test('the best month is said with its revenue', () => {
    const months = [
      { month: '2026-01', gross: 200 },
      { month: '2026-02', gross: 700 },
      { month: '2026-03', gross: 100 },
    ]
    expect(summary({ months })).toContain('The best month was 2026-02, with PKR\u00a0700.')
  })

  test('a forecast without its interval is not said', () => {
    const value = { horizon_days: 90, revenue: 500, churn_risk: 0.25 }
    expect(summary({ value: [value] }).join()).not.toContain('expected to bring')
    expect(summary({ value: [{ ...value, revenue_low: 400, revenue_high: 600 }] })).toContain(
      'Over the next 90 days buyers are expected to bring PKR\u00a0500, in 95 of 100 cases between PKR\u00a0400 and PKR\u00a0600.',
    )
  })

  test('of a shop where nobody bought nothing is said that needs a purchase', () => {
    expect(reportOf(tablesOf({ overview: [{ customers: 3, buyers: 0, orders: 0, gross: 0 }] }), 'en').summary).toEqual([])
  })
})
