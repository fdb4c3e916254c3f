import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../infra/config.ts'
import type { Flow } from '../../schemas/flow.ts'
import { scrape } from '../support/scrape.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const PATIENCE = { timeout: 30_000 }
const folder = mkdtempSync(join(tmpdir(), 'tarang-webhooks-'))
let gateway: TestGateway
let receiver: WebhookReceiver
let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  gateway = await startGateway(join(folder, 'gateway.jsonl'))
  receiver = await startReceiver(join(folder, 'received.jsonl'))
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  const settings = { TARANG_WEBHOOK_HOSTS: '127.0.0.1', TARANG_WEBHOOK_ALLOW_PRIVATE: 'true' }
  const read = readConfig({ ...deployment.settings, ...settings })
  here = await startHere({ ...read, smsRules: { ...read.smsRules, quiet: undefined, caps: [] } })
})
afterAll(async () => {
  await here.stop()
  await gateway.close()
  await receiver.close()
  await deployment.dispose()
  rmSync(folder, { recursive: true })
})

const now = () => new Date().toISOString()
const known = (customerId: string, phone: string) => [
  { type: 'profile', id: `p-${customerId}`, customerId, occurredAt: now(), traits: { phone } },
  { type: 'consent', id: `k-${customerId}`, customerId, occurredAt: now(), channel: 'sms', state: 'granted' },
]
const bought = (customerId: string) => ({
  type: 'purchase',
  id: `b-${customerId}`,
  customerId,
  orderId: `o-${customerId}`,
  occurredAt: now(),
  lines: [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }],
})
const post = (...batch: object[]) => here.post('/v1/events?wait=applied', { batch })
const textsTo = (phone: string) =>
  gateway
    .submitted()
    .filter(({ to }) => to === phone)
    .map(({ text }) => text)
const say = (id: string, content: string): Flow['steps'][number] => ({
  id,
  type: 'message',
  content,
  events: [{ type: 'default', nextStepID: 'end' }],
})

async function launch(flow: Flow): Promise<string> {
  const { body } = await here.post('/campaigns', { flow })
  const launched = await here.post(`/campaigns/${body.id}/launch`, {})
  expect(launched.status).toBe(200)
  await expect.poll(async () => (await here.get(`/campaigns/${body.id}`)).body.told, PATIENCE).toBe(true)
  return body.id
}

test('a purchase leads to a call, and what comes of it decides which text goes; who has no way for failures does not wait', async () => {
  receiver.mood = ({ body }) => (JSON.parse(body).customerId === 'bob' ? 'refuse' : 'take')
  const campaignId = await launch({
    initialStepID: 'tell',
    trigger: { type: 'purchase' },
    steps: [
      {
        id: 'tell',
        type: 'webhook',
        url: receiver.url,
        events: [
          { type: 'default', nextStepID: 'good' },
          { type: 'failed', nextStepID: 'bad' },
        ],
      },
      say('good', 'Your gift is on its way.'),
      { id: 'bad', type: 'webhook', url: receiver.url, events: [{ type: 'default', nextStepID: 'sorry' }] },
      say('sorry', 'We will call you.'),
      { id: 'end', type: 'end', events: [] },
    ],
  })
  await post(...known('ada', '+923001234567'), ...known('bob', '+923001234568'))
  await post(bought('ada'), bought('bob'))
  await expect.poll(() => textsTo('+923001234567'), PATIENCE).toEqual(['Your gift is on its way.'])
  await expect.poll(() => textsTo('+923001234568'), PATIENCE).toEqual(['We will call you.'])
  await expect.poll(() => receiver.received().length, PATIENCE).toBe(3)
  const bodies = receiver.received().map(({ body }) => JSON.parse(body))
  expect(bodies.filter(({ customerId }) => customerId === 'ada')).toEqual([
    {
      id: expect.stringMatching(/^flow_/),
      campaignId,
      version: 1,
      step: 'tell',
      customerId: 'ada',
      entry: 1,
      at: expect.any(String),
    },
  ])
  expect(bodies.filter(({ customerId }) => customerId === 'bob').map(({ step }) => step)).toEqual(['tell', 'bad'])
  await expect
    .poll(async () => (await scrape(here.url)).value('tarang_webhook_attempts_total', { outcome: 'failed' }), PATIENCE)
    .toBe(2)
  expect((await scrape(here.url)).value('tarang_oldest_due_webhook_age_seconds')).toBe(0)
})
