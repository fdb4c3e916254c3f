import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { events } from '../../schemas/topics.ts'
import { systemClock } from '../../streams/clock.ts'
import { readTopic } from '../support/read-topic.ts'
import { type Deployment, embeddedDeployment, openLeft } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-links-'))
const PHONE = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36'
/** Longer than a program that reads along would wait. */
const READING_MS = 2200
const LINK = 'https://shop.pk/sale?from=sms'

let gateway: TestGateway
let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  gateway = await startGateway(join(folder, 'gateway.jsonl'))
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  const links = { base: 'https://s.pk', hosts: ['shop.pk'], days: 90 }
  const holdout = { share: 0, campaigns: new Map([['kept back', 1]]), salt: 'a' }
  here = await startHere({ ...deployment.config, links, smsRules: { ...deployment.config.smsRules, holdout } })
})
afterAll(async () => {
  await gateway.close()
  await deployment.dispose()
  rmSync(folder, { recursive: true })
})

const at = '2026-01-01T00:00:00Z'
const known = (customerId: string, phone: string) => [
  { type: 'profile', id: `p-${customerId}`, customerId, occurredAt: at, traits: { phone } },
  { type: 'consent', id: `k-${customerId}`, customerId, occurredAt: at, channel: 'sms', state: 'granted', source: 'test' },
]
const bought = (customerId: string, orderId = 'before', occurredAt = at) => ({
  type: 'purchase',
  id: `b-${customerId}-${orderId}`,
  customerId,
  orderId,
  occurredAt,
  lines: [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }],
})
const ask = (id: string, customerId: string, more: object = {}) =>
  here.post('/sms/requests', {
    id,
    customerId,
    campaignId: 'sale',
    class: 'marketing',
    text: 'Aaj sale! {{link}}',
    link: LINK,
    ...more,
  })
const sent = (id: string) => gateway.submitted().find(({ reference }) => reference === id)
const textOf = (id: string) =>
  expect
    .poll(() => sent(id)?.text, { timeout: 20_000 })
    .toBeDefined()
    .then(() => sent(id)!.text)
const codeIn = (text: string): string => /https:\/\/s\.pk\/r\/([0-9A-Za-z]{11})/.exec(text)![1]!
const visit = (code: string, { method = 'GET', ...headers }: Record<string, string> = {}) =>
  fetch(`${here.url}/r/${code}`, { method, redirect: 'manual', headers: { 'user-agent': PHONE, ...headers } })
const counts = async () => (await here.get('/campaigns/sale/links')).body

describe('a link in a text', () => {
  test('is the customer’s own, leads to the shop, and its visits come to the campaign and to the customer’s stream', async () => {
    await here.post('/v1/events?wait=applied', {
      batch: [
        ...known('ada', '+923001234567'),
        ...known('bob', '+923001234568'),
        ...known('eve', '+923001234569'),
        bought('ada'),
      ],
    })
    expect((await here.get('/campaigns/sale/links')).status).toBe(404)
    for (const who of ['ada', 'bob', 'eve'])
      expect((await ask(`t-${who}`, who, { variant: 'short', recommendationId: `rec_${who}` })).status).toBe(202)
    const texts = await Promise.all(['ada', 'bob', 'eve'].map(who => textOf(`t-${who}`)))
    const [ada, bob, eve] = texts.map(codeIn)
    expect(new Set([ada, bob, eve]).size).toBe(3)
    expect(texts[0]).toBe(`Aaj sale! https://s.pk/r/${ada}`)
    expect((await here.get('/sms/requests/t-ada')).body).toMatchObject({ parts: 1, encoding: 'GSM-7' })

    // Reads along before the text can have been read.
    expect((await visit(bob!)).status).toBe(302)
    await systemClock.sleep(READING_MS)
    for (const headers of [{}, {}, { method: 'HEAD' }, { 'sec-purpose': 'prefetch' }, { 'user-agent': 'WhatsApp/2.23.20.0 A' }]) {
      const answer = await visit(ada!, headers as Record<string, string>)
      expect([answer.status, answer.headers.get('location')]).toEqual([302, LINK])
    }
    expect((await visit(eve!)).status).toBe(302)

    await expect.poll(async () => (await counts()).clicks, { timeout: 20_000 }).toEqual({ human: 3, automatic: 4 })
    const found = await counts()
    expect(found).toMatchObject({ campaignId: 'sale', sent: 3, clicked: 2, customers: 2, ctr: 2 / 3 })
    expect(found.segments).toHaveLength(2)
    expect(found.segments.reduce((sum: number, { sent }: { sent: number }) => sum + sent, 0)).toBe(3)
    expect(found.segments).toContainEqual(expect.objectContaining({ segment: null, sent: 2, ctr: 0.5 }))
  })

  test('that led to an order gives its campaign the credit, once, and a text without a click what is left', async () => {
    const now = new Date(systemClock.now()).toISOString()
    await here.post('/v1/events?wait=applied', { batch: [bought('ada', 'o1', now), bought('bob', 'o2', now)] })
    const { status, body } = await here.get('/campaigns/sale/attribution')
    expect([status, body]).toEqual([
      200,
      {
        campaignId: 'sale',
        currency: 'PKR',
        windows: { clickDays: 7, sendDays: 3 },
        orders: 2,
        customers: 2,
        revenue: '10.00',
        byClick: { orders: 1, customers: 1, revenue: '5.00' },
        bySend: { orders: 1, customers: 1, revenue: '5.00' },
        segments: expect.any(Array),
      },
    ])
    expect(body.segments).toContainEqual({ segment: null, orders: 1, customers: 1, revenue: '5.00' })
    const first = (await here.get('/campaigns/sale/orders?limit=1')).body
    const rest = (await here.get(`/campaigns/sale/orders?limit=1&cursor=${first.nextCursor}`)).body
    expect(rest.nextCursor).toBeNull()
    const told = [...first.orders, ...rest.orders].map(({ orderId, by, requestId, revenue }) => [orderId, by, requestId, revenue])
    expect(told.sort()).toEqual([
      ['o1', 'click', 't-ada', '5.00'],
      ['o2', 'send', 't-bob', '5.00'],
    ])
    expect(first.orders[0]).toMatchObject({ variant: 'short', recommendationId: expect.stringMatching(/^rec_(ada|bob)$/) })
    const ofList = (await here.get('/lineage/rec_ada/orders')).body.orders
    expect(ofList.map((order: { orderId: string }) => order.orderId)).toEqual(['o1'])
    expect((await here.get('/lineage/rec_nobody/orders')).body).toEqual({ orders: [] })
    expect((await here.get('/campaigns/sale/orders?cursor=x')).body).toMatchObject({ code: 'cursor_invalid' })
    expect((await here.get('/campaigns/nobody/attribution')).body).toMatchObject({ code: 'campaign_unknown' })
  })

  test('brought what its customers did, beside those held out of it', async () => {
    expect((await ask('t-kept', 'eve', { campaignId: 'kept back' })).status).toBe(202)
    await expect
      .poll(async () => (await here.get('/sms/requests/t-kept')).body.reason, { timeout: 20_000 })
      .toBe('holdout: campaign')
    const { status, body } = await here.get('/campaigns/sale/results?window=36h')
    expect([status, body]).toMatchObject([
      200,
      {
        campaignId: 'sale',
        currency: 'PKR',
        windowHours: 36,
        audience: 3,
        neither: {},
        comparedWith: null,
        heldOutOfAll: 0,
        treated: {
          customers: 3,
          open: 3,
          texts: { asked: 3, sent: 3 },
          clicks: 3,
          clicked: 2,
          bought: 2,
          conversion: 2 / 3,
          orders: 2,
          revenue: '10.00',
          revenuePerCustomer: '3.33',
        },
        heldOut: { customers: 0, conversion: null, revenuePerCustomer: null },
        uplift: { conversion: null, revenuePerCustomer: null, says: expect.stringMatching(/^Nobody was held out/) },
        variants: [{ variant: 'short', treated: { customers: 3 } }],
      },
    ])
    expect((await here.get('/campaigns/sale/results')).body.windowHours).toBe(168)
    expect((await here.get('/campaigns/kept%20back/results')).body).toMatchObject({
      comparedWith: 'campaign',
      treated: { customers: 0 },
      heldOut: { customers: 1, texts: { asked: 1, sent: 0 } },
    })
    expect((await here.get('/campaigns/nobody/results')).body).toMatchObject({ code: 'campaign_unknown' })
    for (const window of ['0d', '7', '-1d', 'week', ''])
      expect((await here.get(`/campaigns/sale/results?window=${window}`)).status).toBe(400)
  })

  test('is refused where it would lead to another host, and where a text has a place for it and there is none', async () => {
    const elsewhere = await ask('t-evil', 'ada', { link: 'https://shop.pk@evil.pk/' })
    expect([elsewhere.status, elsewhere.body.code, elsewhere.body.errors[0].pointer]).toEqual([400, 'link_host_refused', '/link'])
    const nowhere = await ask('t-none', 'ada', { link: null })
    expect([nowhere.status, nowhere.body.code]).toEqual([400, 'field_missing'])
  })

  test('keeps its code when the gateway was not reached the first time', async () => {
    await ask('t-again', 'ada', { campaignId: 'other' })
    const code = codeIn(await textOf('t-again'))
    const { sql } = here.tarang
    await sql.query("UPDATE sms_ledger SET status = 'queued', token = NULL, not_before = 0 WHERE id = 't-again'")
    await expect
      .poll(() => gateway.submitted().filter(({ reference }) => reference === 't-again').length, { timeout: 20_000 })
      .toBe(2)
    expect(
      gateway
        .submitted()
        .filter(({ reference }) => reference === 't-again')
        .map(({ text }) => codeIn(text)),
    ).toEqual([code, code])
  })

  test('ends, with a page that says so, and without a word to the campaign', async () => {
    await ask('t-old', 'ada', { campaignId: 'old' })
    const code = codeIn(await textOf('t-old'))
    await here.tarang.sql.query('UPDATE sms_link_tracking SET expires_at = 1 WHERE code = $1', [code])
    const answer = await visit(code)
    expect([answer.status, await answer.text()]).toEqual([410, expect.stringContaining('This link has expired')])
    expect((await here.get('/campaigns/old/links')).body).toMatchObject({ sent: 1, clicks: { human: 0, automatic: 0 }, ctr: 0 })
  })

  test('followed by a thousand at once is answered soon, and every visit is there after a stop', async () => {
    await ask('t-run', 'bob', { campaignId: 'run' })
    const code = codeIn(await textOf('t-run'))
    await systemClock.sleep(READING_MS)
    const statuses = await Promise.all(Array.from({ length: 1000 }, async () => (await visit(code)).status))
    expect(new Set(statuses)).toEqual(new Set([302]))
    await here.stop()
    await using left = await openLeft(deployment)
    const [row] = await left.sql.query(
      "SELECT count(*)::int AS visits FROM link_clicks WHERE campaign_id = 'run' AND automatic IS NULL",
    )
    expect(row).toEqual({ visits: 1000 })
    const told = (await readTopic(left, events)).flatMap(({ value }) =>
      value.type === 'click' && value.customerId === 'ada' ? [value] : [],
    )
    expect(
      told.slice(0, 5).map(({ kind, requestId, campaignId, automatic = false }) => [kind, requestId, campaignId, automatic]),
    ).toEqual([
      ['link', 't-ada', 'sale', false],
      ['link', 't-ada', 'sale', false],
      ['link', 't-ada', 'sale', true],
      ['link', 't-ada', 'sale', true],
      ['link', 't-ada', 'sale', true],
    ])
  })
})
