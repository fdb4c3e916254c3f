import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Drawn, drawCharts } from '../../../../infra/analytics/report/draw-charts.ts'
import type { Language } from '../../../../infra/analytics/report/report.ts'
import { writePdf } from '../../../../infra/analytics/report/write-pdf.ts'
import type { Cell } from '../../../../infra/analytics/table.ts'
import { someReport, someTables } from '../../../support/a-report.ts'

const { signal } = new AbortController()
const drawn = new Map<Language, Map<string, Drawn>>()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pdf-'))
  for (const language of ['en', 'ur'] as const) {
    const charts = someReport(language).sections.flatMap(({ charts }) => charts)
    drawn.set(language, await drawCharts(charts, language, folder, signal))
  }
})
afterAll(() => rm(folder, { recursive: true }))

/** Bytes of a report, and the texts of its pages. */
async function printed(language: Language, tables = someTables()) {
  const path = join(folder, 'report.pdf')
  await writePdf(someReport(language), tables, drawn.get(language)!, path, signal)
  const bytes = await readFile(path)
  const pdf = await getDocumentProxy(new Uint8Array(bytes))
  const pages: string[] = []
  for (let page = 1; page <= pdf.numPages; page++) {
    const { items } = await (await pdf.getPage(page)).getTextContent()
    pages.push(
      items
        .map(item => ('str' in item ? item.str : ''))
        .join(' ')
        .replace(/\s+/g, ' '),
    )
  }
  return { bytes, pdf, pages }
}

const customer = (at: number, name = `Name ${at}`): Cell[] => [
  `cust-${at}`,
  name,
  'Champions',
  1,
  3,
  4,
  5000 + at,
  5,
  5,
  5,
  0.9,
  4,
  900,
  '',
]

describe('a printed report', () => {
  test('says what the report says, on pages the contents lead to', async () => {
    const { pdf, pages } = await printed('en')
    expect(pages[0]).toContain('The shop has 1,000 customers, who have brought PKR 120,164,490 in all')
    expect(pages[1]).toContain('Early access, thanks')
    expect(pages.at(-1)).toContain('There were no products in the files')
    expect(pages[0]).toContain(`1 / ${pages.length}`)
    const titles = ['Executive summary', 'Segments', 'Months', 'Customers', 'Recommendations']
    expect((await pdf.getOutline()).map(({ title }) => title)).toEqual(titles)
    const metadata = await pdf.getMetadata()
    expect(metadata.info).toMatchObject({ Title: 'Customer analysis', Language: 'en' })
  })

  test('gives the same bytes for the same tables', async () => {
    expect((await printed('en')).bytes.equals((await printed('en')).bytes)).toBe(true)
  })

  test('in Urdu has the letters in it, and the fonts that shape them', async () => {
    const { bytes, pdf } = await printed('ur')
    expect(bytes.toString('latin1')).toMatch(/NotoNaskhArabic/)
    expect(bytes.toString('latin1')).toMatch(/FontFile2/)
    expect((await pdf.getOutline()).map(({ title }) => title)).toContain('گاہکوں کے حصے')
    expect((await pdf.getMetadata()).info).toMatchObject({ Title: 'گاہکوں کا تجزیہ', Language: 'ur' })
  })
})

describe('a table', () => {
  test('without rows says so', async () => {
    const { pages } = await printed('en', someTables({ overview: [], segments: [] }))
    expect(pages[1]).toContain('Segments and what to do There is nothing to show here.')
    expect(pages.length).toBeLessThan(6)
  })

  test('of 250 rows has its head on every page, every row that is shown once, and says how many are not', async () => {
    const rows = Array.from({ length: 250 }, (_, at) => customer(at))
    const { pages } = await printed('en', someTables({ customers: rows }))
    const own = pages.filter(page => /cust-\d/.test(page))
    expect(own.length).toBeGreaterThan(3)
    for (const page of own) expect(page).toMatch(/Customer Name Segment Orders Sales Still a customer/)
    const ids = own.flatMap(page => page.match(/cust-\d+/g) ?? [])
    expect(ids).toEqual(rows.slice(0, 200).map(([id]) => id))
    expect(pages.join(' ')).toContain('50 more rows are in tables/customers.csv')
  })

  test.each(['en', 'ur'] as const)('of hostile names is printed in %s', async language => {
    const names = [
      'x'.repeat(10_000),
      'word '.repeat(2_000),
      '\u202Eevil',
      '😀👩‍👩‍👧',
      'a\u0000b',
      '\uD800',
      '',
      '   ',
      'علی (Ali) 12%',
      '()',
      '漢字',
    ]
    const { pages } = await printed(language, someTables({ customers: names.map((name, at) => customer(at, name)) }))
    expect(pages.join(' ').match(/cust-\d+/g)).toEqual(names.map((_, at) => `cust-${at}`))
    expect(pages.join(' ')).toContain('evil')
  })
})

test('a chart that was not drawn is a fault, not a white place', async () => {
  await expect(writePdf(someReport('en'), someTables(), new Map(), join(folder, 'none.pdf'), signal)).rejects.toThrow(
    'was not drawn',
  )
})
