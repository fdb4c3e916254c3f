import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../infra/config.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-replies-'))
const KEY = 'the-key-of-this-test'
const ADA = '+923001234567'
let gateway: TestGateway
let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  gateway = await startGateway(join(folder, 'gateway.jsonl'))
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  here = await startHere(
    readConfig({ ...deployment.settings, SMS_CALLBACK_KEY: KEY, TARANG_SMS_CONFIRM: 'on', TARANG_SHOP_NAME: 'Bazaar' }),
  )
})
afterAll(async () => {
  await here?.stop()
  await gateway?.close()
  await deployment?.dispose()
  rmSync(folder, { recursive: true })
})

const comesIn = (text: string, from = ADA) =>
  here.get(`/sms/inbound/kannel?${new URLSearchParams({ key: KEY, from, to: '8585', text, coding: '0' })}`)
const textsTo = (phone: string) =>
  gateway
    .submitted()
    .filter(({ to }) => to === phone)
    .map(({ text }) => text)
const ask = (id: string, more: object = {}) =>
  here.post('/sms/requests', { id, customerId: 'ada', campaignId: 'eid', class: 'marketing', text: 'Eid sale!', ...more })
const becomes = (id: string, status: string) =>
  expect.poll(async () => (await here.get(`/sms/requests/${id}`)).body.status, { timeout: 20_000 }).toBe(status)

test('a reply to a campaign ties its customer to it; STOP gets its one confirmation, and nothing else goes', async () => {
  const common = { customerId: 'ada', occurredAt: '2026-01-01T00:00:00Z' }
  await here.post('/v1/events?wait=applied', {
    batch: [
      { type: 'profile', id: 'p', ...common, traits: { phone: ADA } },
      { type: 'consent', id: 'c', ...common, channel: 'sms', state: 'granted', source: 'test' },
    ],
  })
  await ask('first')
  await becomes('first', 'submitted')
  expect((await comesIn('How much is it?')).status).toBe(200)
  const edges = () => here.tarang.sql.query('SELECT customer_id, campaign_id, inbound FROM campaign_edges')
  await expect.poll(edges, { timeout: 20_000 }).toEqual([{ customer_id: 'ada', campaign_id: 'eid', inbound: 1 }])

  for (const text of ['STOP', 'stop!', 'band karo']) expect((await comesIn(text)).status).toBe(200)
  await ask('second')
  await ask('third', { class: 'transactional', text: 'Your order is on its way.' })
  await becomes('second', 'suppressed')
  await becomes('third', 'suppressed')
  const confirmed = 'Bazaar: You will get no more texts from us. Reply START to get them again.'
  await expect.poll(() => textsTo(ADA), { timeout: 20_000 }).toEqual(['Eid sale!', confirmed])
  expect(await edges()).toHaveLength(1)
})

test('a keyword that a shop posts is confirmed too, in the language in which it was said, and only while it is fresh', async () => {
  const said = (id: string, text: string, occurredAt: string) =>
    here.post('/v1/events?wait=applied', {
      ...{ type: 'message', id, customerId: 'bob', direction: 'in', channel: 'sms', text, occurredAt },
    })
  const profile = {
    type: 'profile',
    id: 'p',
    customerId: 'bob',
    occurredAt: '2026-01-01T00:00:00Z',
    traits: { phone: '+923007654321' },
  }
  await here.post('/v1/events?wait=applied', profile)
  await said('old', 'HELP', '2026-01-01T00:00:00Z')
  await said('new', 'مدد', new Date().toISOString())
  await expect.poll(() => textsTo('+923007654321'), { timeout: 20_000 }).toHaveLength(1)
  expect(textsTo('+923007654321')[0]).toContain('ہم آرڈر')
})
