import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { analyzeShop } from '../../infra/analytics/analyze-shop.ts'
import { reportOf } from '../../infra/analytics/report/report-of.ts'
import { writeHtml } from '../../infra/analytics/report/write-html.ts'
import type { AnalysisTables, Cell } from '../../infra/analytics/table.ts'
import { tableColumns } from '../../infra/analytics/table.ts'
import { Random } from '../../models/random.ts'
import { shopInColumns } from '../support/shop-in-columns.ts'
import { tablesOf } from '../support/told-tables.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const isRequired = process.env.TARANG_REQUIRE_STACK === '1'
if (executablePath === undefined && !isRequired)
  console.warn('SKIPPED: no Chromium on this machine, so the report is not opened (apt-get install chromium)')

const DAY = 86_400_000
const HOSTILE = [
  '</script><img src=x onerror="window.ran=true">',
  '<!--<script>window.ran=true',
  '\u202Eتخفیض reversed\u202D',
  '🫖👩‍👩‍👧‍👦 tea',
  'x'.repeat(10_240),
  '__proto__',
  'constructor',
  'a\u2028b\u0000c',
]

/** A shop of 300 customers over two years, every seventh with a name that no shop should have. */
async function tables(): Promise<AnalysisTables> {
  const random = new Random(7)
  const lines = Array.from({ length: 300 }, (_, customer) => customer).flatMap(customer =>
    Array.from({ length: 1 + Math.floor(random.float() * random.float() * 14) }, (_, order) => ({
      customer: `c-${customer}`,
      product: `product ${Math.floor(random.float() * random.float() * 20)}`,
      at: new Date(Date.UTC(2024, 0, 1) + Math.floor(random.float() * 720) * DAY).toISOString(),
      price: 5 + Math.floor(random.float() * 90),
      order: `${customer}-${order}`,
    })),
  )
  const options = { asOf: undefined, maxClusters: 4, seed: 42, recommendations: 3, minConfidence: 0, horizonDays: 365 }
  const going = { say: () => {}, signal: new AbortController().signal }
  const { tables: all } = await analyzeShop(shopInColumns(lines), undefined, { ...options, currency: 'PKR', variants: [] }, going)
  return named(all)
}

const at = (table: keyof typeof tableColumns, name: string) => tableColumns[table].findIndex(column => column.name === name)

function named(all: AnalysisTables): AnalysisTables {
  const { customers, products } = all.tables
  const put = (row: readonly Cell[], place: number, cell: Cell) => row.map((old, i) => (i === place ? cell : old))
  const bad = (n: number): string => HOSTILE[Math.floor(n / 7) % HOSTILE.length]!
  return {
    ...all,
    tables: {
      ...all.tables,
      customers: {
        ...customers,
        rows: customers.rows.map((row, n) => put(row, at('customers', 'name'), n % 7 === 0 ? bad(n) : `Ada ${n}`)),
      },
      products: {
        ...products,
        rows: products.rows.map((row, n) =>
          put(row, at('products', 'product_name'), n < HOSTILE.length ? HOSTILE[n]! : `Tea ${n}`),
        ),
      },
    },
  }
}

describe.skipIf(executablePath === undefined && !isRequired)('a report in a real browser', () => {
  let browser: Browser
  let folder: string
  let all: AnalysisTables
  const signal = new AbortController().signal
  const opened: Page[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tarang-report-'))
    all = await tables()
    await writeHtml(reportOf(all, 'en'), all, join(folder, 'report.html'), signal)
    await writeHtml(reportOf(all, 'ur'), all, join(folder, 'report.ur.html'), signal)
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
  }, 120_000)
  afterEach(() => Promise.all(opened.splice(0).map(page => page.context().close())))
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Opens a report; what it complains of and asks the network for is kept. */
  async function open(name = 'report.html', options: BrowserContextOptions = {}) {
    const page = await (await browser.newContext(options)).newPage()
    opened.push(page)
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    page.on('request', request => requests.push(request.url()))
    const url = pathToFileURL(join(folder, name)).href
    await page.goto(url)
    await page.waitForSelector('.chart svg')
    return { page, complaints, requests: () => requests.filter(one => one !== url && !one.startsWith('data:')) }
  }
  const wide = { viewport: { width: 1280, height: 900 } }
  const phone = { viewport: { width: 390, height: 844 } }

  test.each(['report.html', 'report.ur.html'])(
    '%s complains of nothing, asks the network for nothing and runs nothing of the shop',
    async name => {
      const { page, complaints, requests } = await open(name, wide)
      expect(complaints).toEqual([])
      expect(requests()).toEqual([])
      expect(await page.evaluate(`'ran' in window`)).toBe(false)
      expect(await page.locator('main img').count()).toBe(0)
    },
  )

  test.each([
    ['report.html', wide],
    ['report.html', phone],
    ['report.ur.html', wide],
    ['report.ur.html', phone],
  ])('%s is no wider than the window, whatever customers are called (%o)', async (name, window) => {
    const { page } = await open(name, window)
    const widths = `[document.documentElement.scrollWidth, document.documentElement.clientWidth]`
    const [inner, client] = await page.evaluate<number[]>(widths)
    expect(inner).toBeLessThanOrEqual(client!)
  })

  test('a segment that is chosen with the mouse leads to its customers and back', async () => {
    const { page } = await open('report.html', wide)
    const first = page.locator('#segments tr.pick').first()
    const segment = await first.locator('td').first().innerText()
    await first.click()
    const rows = all.tables.customers.rows.filter(row => row[at('customers', 'segment')] === segment)
    expect(await page.locator('#customers h3').innerText()).toBe(`Customers of ${segment}`)
    expect(await page.locator('#customers tbody tr').count()).toBe(Math.min(50, rows.length))
    const shown = await page.locator('#customers tbody tr td:nth-child(3)').allInnerTexts()
    expect(new Set(shown)).toEqual(new Set([segment]))
    await page.getByRole('button', { name: 'Show all segments' }).click()
    expect(await page.locator('#customers h3').innerText()).toBe('Customers')
  })

  test('a segment can be chosen by keyboard alone', async () => {
    const { page } = await open('report.html', wide)
    const segment = page.locator('#segments tr.pick').first().getByRole('button')
    const name = await segment.innerText()
    await segment.focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#customers h3').innerText()).toBe(`Customers of ${name}`)
  })

  test('a table is sorted by its head and searched, by what people read', async () => {
    const { page } = await open('report.html', wide)
    const customers = page.locator('#customers')
    await customers.getByRole('button', { name: 'Orders' }).click()
    const orders = (await customers.locator('tbody td:nth-child(5)').allInnerTexts()).map(Number)
    expect(orders).toEqual([...orders].sort((a, b) => b - a))
    await customers.getByRole('searchbox').fill('ada 1')
    const names = await customers.locator('tbody td:nth-child(2)').allInnerTexts()
    expect(names.length).toBeGreaterThan(0)
    expect(names.every(one => one.startsWith('Ada 1'))).toBe(true)
  })

  test.each(['report.html', 'report.ur.html'])(
    'every number of the summary of %s leads to the cell that says the same',
    async name => {
      const { page } = await open(name, wide)
      const led = await page.evaluate<{ text: string; marked: string[] }[]>(`
        [...document.querySelectorAll('#summary a[data-table]')].map(link => {
          link.click()
          return { text: link.innerText, marked: [...document.querySelectorAll('td.marked')].map(cell => cell.innerText) }
        })`)
      expect(led.length).toBeGreaterThan(8)
      expect(led.filter(({ text, marked }) => marked.length !== 1 || marked[0] !== text)).toEqual([])
    },
  )

  test('has one heading of the first order, none skipped, named charts and named controls', async () => {
    const { page } = await open('report.html', wide)
    const found = await page.evaluate(`(() => {
      const all = selector => [...document.querySelectorAll(selector)]
      const levels = all('h1,h2,h3,h4').map(one => Number(one.tagName[1]))
      const unnamed = selector => all(selector).filter(one => !(one.getAttribute('aria-label') ?? one.textContent ?? '').trim()).length
      const ids = all('[id]').map(({ id }) => id)
      return {
        first: levels.filter(level => level === 1).length,
        skipped: levels.filter((level, n) => level > (levels[n - 1] ?? 0) + 1).length,
        unnamed: unnamed('.chart') + unnamed('button') + unnamed('input') + unnamed('a'),
        twice: ids.filter((id, n) => ids.indexOf(id) !== n),
        empty: all('.chart').filter(one => one.querySelectorAll('svg path, svg text').length < 3).length,
      }
    })()`)
    expect(found).toEqual({ first: 1, skipped: 0, unnamed: 0, twice: [], empty: 0 })
  })

  test('follows the system into the dark, and the switch out of it', async () => {
    const { page, complaints } = await open('report.html', { ...wide, colorScheme: 'dark' })
    const paper = () => page.evaluate<string>(`getComputedStyle(document.body).backgroundColor`)
    const dark = await paper()
    await page.locator('button.theme').click()
    expect(await paper()).not.toBe(dark)
    expect(complaints).toEqual([])
  })

  test('of tables without rows says why, and draws no empty chart', async () => {
    const nothing = tablesOf({ overview: [{ customers: 0, buyers: 0, orders: 0, as_of: '2026-02-28' }] })
    const report = reportOf(nothing, 'en')
    await writeHtml(report, nothing, join(folder, 'nothing.html'), signal)
    const page = await (await browser.newContext(phone)).newPage()
    opened.push(page)
    const complaints: string[] = []
    page.on('pageerror', error => complaints.push(error.message))
    await page.goto(pathToFileURL(join(folder, 'nothing.html')).href)
    expect(complaints).toEqual([])
    expect(await page.locator('.chart').count()).toBe(0)
    expect(await page.locator('.nothing').count()).toBe(report.sections.filter(({ nothing }) => nothing !== undefined).length)
    expect(await page.locator('body').innerText()).not.toMatch(/NaN|undefined|null|Infinity/)
  })

  test('of 5,000 customers in 50 segments stays below 5 MB and opens', async () => {
    const { customers } = all.tables
    const rows = Array.from({ length: 5000 }, (_, n) =>
      customers.rows[n % customers.rows.length]!.map((cell, place) =>
        place === at('customers', 'name') ? `Customer ${n}` : place === at('customers', 'segment') ? `Segment ${n % 50}` : cell,
      ),
    )
    const many = { ...all, tables: { ...all.tables, customers: { ...customers, rows } } }
    await writeHtml(reportOf(many, 'en'), many, join(folder, 'many.html'), signal)
    expect((await stat(join(folder, 'many.html'))).size).toBeLessThan(5_000_000)
    const { page, complaints } = await open('many.html', wide)
    expect(complaints).toEqual([])
    expect(await page.locator('#customers tbody tr').count()).toBe(50)
  })
})
