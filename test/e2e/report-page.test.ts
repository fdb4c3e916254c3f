import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyzeShop } from '../../infra/analytics/analyze-shop.ts'
import type { Language } from '../../infra/analytics/report/report.ts'
import { reportOf } from '../../infra/analytics/report/report-of.ts'
import { writeHtml } from '../../infra/analytics/report/write-html.ts'
import type { AnalysisTables } from '../../infra/analytics/table.ts'
import { type Line, shopInColumns } from '../support/shop-in-columns.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const isRequired = process.env.TARANG_REQUIRE_STACK === '1'
if (executablePath === undefined && !isRequired)
  console.warn('SKIPPED: no Chromium on this machine, so the report is not driven (apt-get install chromium)')

/** Names that would run, close the script, turn the line round, or never end. */
const HOSTILE = [
  '</script><script>document.title="run"</script>',
  '<img src=x onerror="document.title=1">',
  '\u202egnirts\u202c',
  'x'.repeat(10_000),
  '😀 چائے',
]
const day = (n: number): string => new Date(Date.UTC(2025, 0, 1) + n * 86_400_000).toISOString()
const lines: Line[] = Array.from({ length: 120 }, (_, c) =>
  Array.from({ length: 1 + (c % 6) }, (_, at) => ({
    customer: HOSTILE[c] ?? `customer ${c}`,
    product: HOSTILE[(c + at) % 9] ?? `product ${(c + at) % 9}`,
    order: `${c}-${at}`,
    at: day((at * 47 + c * 5) % 360),
    price: 100 + 37 * c,
  })),
).flat()
const signal = new AbortController().signal

describe.skipIf(executablePath === undefined && !isRequired)('a report in a real browser', () => {
  let browser: Browser
  let folder: string
  let all: AnalysisTables
  beforeAll(async () => {
    const options = {
      maxClusters: 5,
      seed: 42,
      recommendations: 3,
      minConfidence: 0,
      horizonDays: 365,
      currency: 'PKR',
      variants: [],
    }
    all = (await analyzeShop(shopInColumns(lines), undefined, { asOf: undefined, ...options }, { say: () => {}, signal })).tables
    folder = await mkdtemp(join(tmpdir(), 'tarang-report-'))
    for (const language of ['en', 'ur'] as const)
      await writeHtml(reportOf(all, language), all, join(folder, `${language}.html`), signal)
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Opens a report as a file, and keeps what it complains about and what it asks for. */
  async function open(language: Language, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    const complaints: string[] = []
    const asked: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    page.on('request', request => asked.push(request.url()))
    const url = pathToFileURL(join(folder, `${language}.html`)).href
    await page.goto(url)
    await page.waitForSelector('#data h2')
    return { page, complaints, asked: () => asked.filter(one => one !== url), [Symbol.asyncDispose]: () => context.close() }
  }

  test.each<[Language, number]>([
    ['en', 1280],
    ['en', 390],
    ['ur', 1280],
    ['ur', 390],
  ])(
    'in %s and %i pixels wide draws every chart, asks nobody for anything, and scrolls only down',
    async (language, width) => {
      await using opened = await open(language, { viewport: { width, height: 900 } })
      const { page } = opened
      const report = reportOf(all, language)
      expect(await page.locator('.chart svg').count()).toBe(report.sections.flatMap(({ charts }) => charts).length)
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
      expect(await page.evaluate('document.documentElement.dir')).toBe(report.direction)
      expect(await page.title()).toBe(report.title)
      expect([opened.complaints, opened.asked()]).toEqual([[], []])
      for (const chart of await page.locator('.chart').all()) expect(await chart.getAttribute('aria-label')).toMatch(/\S/)
    },
    60_000,
  )

  test('leads from a segment to its customers, and back to all', async () => {
    await using opened = await open('en')
    const { page } = opened
    const rows = page.locator('#customers tbody tr')
    const everybody = all.tables.customers.rows.length
    await page.locator('#segments tr.pick', { hasText: 'Champions' }).first().click()
    const segment = all.tables.customers.columns.findIndex(({ name }) => name === 'segment')
    const champions = all.tables.customers.rows.filter(row => row[segment] === 'Champions')
    expect(champions.length).toBeGreaterThan(0)
    expect(await rows.count()).toBe(Math.min(50, champions.length))
    expect(await page.locator('#customers h3').textContent()).toBe('Customers of Champions')
    await page.getByRole('button', { name: 'Show all segments' }).click()
    expect(await rows.count()).toBe(Math.min(50, everybody))
    await page.getByPlaceholder('Search this table').last().fill('customer 77')
    expect(await rows.count()).toBe(1)
  }, 60_000)

  test('sorts a table by any column, either way, and says so to screen readers', async () => {
    await using opened = await open('en')
    const head = opened.page.locator('#revenue th', { hasText: 'Revenue' }).first()
    const first = () => opened.page.locator('#revenue tbody tr').first().locator('td').nth(1).textContent()
    await head.getByRole('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    const most = await first()
    await head.getByRole('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    expect(await first()).not.toBe(most)
  }, 60_000)

  test('a number of the summary leads to its cell, which says the same', async () => {
    await using opened = await open('en')
    const { page } = opened
    for (const link of await page.locator('.summary a').all()) {
      const table = await link.getAttribute('data-table')
      if ((await page.locator(`#table-${table}`).count()) === 0) continue
      const said = await link.textContent()
      await link.click()
      expect(await page.locator('td.marked').last().textContent()).toBe(said)
    }
  }, 60_000)

  test('is dark for who likes it dark, and turns at a press', async () => {
    await using opened = await open('en', { colorScheme: 'dark' })
    const theme = () => opened.page.evaluate('document.documentElement.dataset.theme')
    expect(await theme()).toBe('dark')
    await opened.page.getByRole('button', { name: 'Dark or light' }).click()
    expect(await theme()).toBe('light')
    expect(opened.complaints).toEqual([])
  }, 60_000)

  test('nothing in a name ends the script it stands in', async () => {
    const html = await readFile(join(folder, 'en.html'), 'utf8')
    expect(html).not.toContain('<script>document.title')
    expect(html).not.toContain('<img src=x')
  })
})
