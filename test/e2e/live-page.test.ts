import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newKey } from '../../serving/api-key.ts'
import { buildApp, type ServingPorts } from '../../serving/app.ts'
import { keyRing } from '../../serving/key-ring.ts'
import type { LiveSnapshot } from '../../serving/ports/live.ts'
import { systemClock } from '../../streams/clock.ts'
import { liveSubject, quietPorts } from '../serving/fake-ports.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const isRequired = process.env.TARANG_REQUIRE_STACK === '1'
if (executablePath === undefined && !isRequired)
  console.warn('SKIPPED: no Chromium on this machine, so the live page is not driven (apt-get install chromium)')

const rates = {
  type: 'rates',
  events: 1234,
  recommendations: 56,
  texts: 3.44,
  lagSeconds: 0.012,
  latencyMs: { p50: 4.21, p99: 18 },
} as const
const segments = {
  type: 'segments',
  customers: 10,
  currency: 'PKR',
  segments: [
    { name: 'Champions', customers: 7, revenue: '1500.00' },
    { name: 'Lost', customers: 2, revenue: '10.00' },
  ],
} as const
const list = {
  type: 'recommendation',
  customerId: 'c-1',
  asOf: new Date().toISOString(),
  items: [{ productId: 'p1', name: '<b>Tea</b>', reasons: ['trending'] }],
} as const
const text = {
  type: 'text',
  requestId: 'r1',
  customerId: 'c-1',
  to: '+92•••••67',
  text: 'آپ کی چائے آ گئی',
  status: 'queued',
  at: new Date().toISOString(),
} as const
const busy: LiveSnapshot = { rates: [rates], segments, recommendations: [list], texts: [text] }

describe.skipIf(executablePath === undefined && !isRequired)('the live page in a real browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
  }, 60_000)
  afterAll(() => browser?.close())

  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  /** Serves the app, opens a page on it, and keeps what the page complains about and whom it asks. */
  async function open(
    own: Partial<ServingPorts> = {},
    { path = '/', ...options }: BrowserContextOptions & { path?: string } = {},
  ) {
    const app = buildApp(quietPorts({ clock: systemClock, ...own }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const context = await browser.newContext(options)
    closing.push(
      () => context.close(),
      () => app.close(),
    )
    const page = await context.newPage()
    const complaints: string[] = []
    const foreign: string[] = []
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(error.message))
    page.on(
      'request',
      request => new RegExp(`^(http://127\\.0\\.0\\.1:${port}/|data:)`).test(request.url()) || foreign.push(request.url()),
    )
    await page.goto(`http://127.0.0.1:${port}${path}`)
    return { app, page, port, complaints, foreign }
  }
  const says = (page: Page, selector: string) => expect.poll(() => page.locator(selector).textContent(), { timeout: 10_000 })
  const fits = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth')
  const showing = (snapshot: LiveSnapshot) => ({ ...liveSubject(), snapshot: () => snapshot })

  test('shows rates, segments, lists and texts, takes nothing from elsewhere and complains of nothing', async () => {
    const { page, complaints, foreign } = await open({ live: showing(busy) }, { viewport: { width: 1440, height: 900 } })
    await says(page, '#rate-events').toBe('1,234')
    await says(page, '#latency').toBe('4.2ms')
    await says(page, '#latency-note').toBe('99 of 100 within 18 ms')
    await says(page, '#link-text').toBe('Live')
    expect(await page.locator('.tile').first().getAttribute('aria-label')).toBe(
      'Champions: 7 customers, 78 %, revenue PKR 1500.00',
    )
    expect(await page.locator('#segments-note').textContent()).toBe('9 with a purchase, 1 without')
    expect(await page.locator('#recommendations .item').textContent()).toBe('<b>Tea</b>')
    expect(await page.locator('.bubble').evaluate(node => node.matches(':dir(rtl)'))).toBe(true)
    expect(await page.locator('#empty').isVisible()).toBe(false)
    expect(await fits(page)).toBe(true)
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] })
  })

  test('moves as things happen: a new list comes on top, a text goes on in its line', async () => {
    const live = { ...liveSubject(), snapshot: () => busy }
    const { page } = await open({ live })
    await says(page, '.text .status b').toBe('queued')
    live.say({ ...rates, events: 7.25 })
    live.say({ ...list, customerId: 'c-2' })
    live.say({ ...text, status: 'submitted' })
    live.say({ type: 'something-newer' } as never)
    await says(page, '#rate-events').toBe('7.3')
    await says(page, '#recommendations li.list:first-child .customer').toBe('c-2')
    await says(page, '.text .status b').toBe('submitted')
    expect(await page.locator('.text').count()).toBe(1)
  })

  test('before anything happened it shows the event to send, and sending it makes the invitation go', async () => {
    const live = liveSubject()
    const { page, port } = await open({ live }, { viewport: { width: 390, height: 844 } })
    await says(page, '#example').toContain(`curl http://127.0.0.1:${port}/v1/events`)
    const event = ((await page.locator('#example').textContent()) ?? '').split("-d '")[1]?.slice(0, -1) ?? ''
    expect(JSON.parse(event)).toMatchObject({ type: 'purchase', customerId: 'ada', currency: 'PKR' })
    expect(await fits(page)).toBe(true)
    live.say(list)
    await expect.poll(() => page.locator('#empty').isVisible()).toBe(false)
  })

  test('says that the connection is lost, and comes back by itself with what happened meanwhile', async () => {
    const { app, page, port, complaints } = await open({ live: showing(busy) })
    await says(page, '#link-text').toBe('Live')
    await app.close()
    await says(page, '#link-text').toMatch(/^Connection lost/)
    const again = buildApp(quietPorts({ live: showing({ ...busy, rates: [{ ...rates, events: 99 }] }) }))
    closing.push(() => again.close())
    await again.listen({ port, host: '127.0.0.1' })
    await says(page, '#link-text').toBe('Live')
    await says(page, '#rate-events').toBe('99')
    expect(complaints.filter(complaint => !complaint.includes('ERR_'))).toEqual([])
  }, 40_000)

  test('asks for a key where one is needed, and shows the data with it', async () => {
    const { key, stored } = newKey(['lookup'])
    const findKey = keyRing(async () => [stored], systemClock)
    const { page } = await open({ access: { mode: 'keys', findKey }, live: showing(busy) })
    await says(page, '#link-text').toBe('Needs a key')
    await page.fill('#key-field', key)
    await page.press('#key-field', 'Enter')
    await says(page, '#rate-events').toBe('1,234')
    expect(await page.locator('#key').isVisible()).toBe(false)
  })

  test('looks a customer up by keyboard alone, and a segment by its tile', async () => {
    const rfm = { firstAt: 1, lastAt: Date.now(), orders: 3, gross: 53_912_100, net: 1 }
    const { page } = await open({
      live: showing(busy),
      customers: {
        get: async customerId => ({
          customerId,
          rfm,
          engagement: 1,
          mood: [],
          affinities: [],
          consent: { sms: 'granted' },
          profile: {},
        }),
      },
      segments: { totals: async () => [], recentTotals: async () => [], members: async () => [{ customerId: 'c-9', rfm }] },
    })
    await page.focus('#customer')
    await page.keyboard.type('17850')
    await page.keyboard.press('Enter')
    await says(page, '#found .scores').toContain('3 orders')
    await says(page, '#found').toContain('sms granted')
    await page.locator('.tile').first().click()
    await says(page, '#found .customers').toBe('c-9')
    await page.locator('#found .customer').click()
    await expect.poll(() => page.inputValue('#customer')).toBe('c-9')
  })

  test('is dark where the system is, and the other way round when asked, for good', async () => {
    const { page } = await open({ live: showing(busy) }, { colorScheme: 'dark' })
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    const dark = await paper()
    expect(await page.locator('#theme').getAttribute('aria-pressed')).toBe('true')
    await page.click('#theme')
    await expect.poll(paper).not.toBe(dark)
    const light = await paper()
    await page.reload()
    expect(await paper()).toBe(light)
  })

  test('the pages at /docs work without any other site', async () => {
    const { page, complaints, foreign } = await open({}, { path: '/docs' })
    await says(page, '#operations-Events-publishEvents').toContain('/v1/events')
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] })
  })
})
