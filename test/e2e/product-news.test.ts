import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Flow, FlowTrigger } from '../../schemas/flow.ts'
import { output, spawnTarang } from '../support/run-tarang.ts'
import { scrape } from '../support/scrape.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const PATIENCE = { timeout: 30_000 }
const folder = mkdtempSync(join(tmpdir(), 'tarang-news-'))
let gateway: TestGateway
let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  gateway = await startGateway(join(folder, 'gateway.jsonl'))
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  here = await start()
})
afterAll(async () => {
  await here.stop()
  await gateway.close()
  await deployment.dispose()
  rmSync(folder, { recursive: true })
})

const start = () => {
  const { config } = deployment
  return startHere({ ...config, smsRules: { ...config.smsRules, quiet: undefined, caps: [] } })
}

let n = 0
const now = () => new Date().toISOString()
const phoneOf = (customerId: string) => `+92300123456${['ada', 'bob', 'cyra'].indexOf(customerId)}`
const known = (customerId: string) => [
  { type: 'profile', id: `p-${customerId}`, customerId, occurredAt: now(), traits: { phone: phoneOf(customerId) } },
  { type: 'consent', id: `k-${customerId}`, customerId, occurredAt: now(), channel: 'sms', state: 'granted' },
]
const looked = (customerId: string, productId: string) => ({
  type: 'click',
  id: `e${n++}`,
  customerId,
  occurredAt: now(),
  kind: 'view',
  productId,
})
const product = (productId: string, more: object) => ({ type: 'product', id: `e${n++}`, occurredAt: now(), productId, ...more })
const post = (...batch: object[]) => here.post('/v1/events?wait=applied', { batch })
const texts = (customerId: string) =>
  gateway
    .submitted()
    .filter(({ to }) => to === phoneOf(customerId))
    .map(({ text }) => text)
const drawnTo = async (productId: string) =>
  (await here.tarang.sql.query('SELECT count(*)::integer AS n FROM item_signals WHERE product_id = $1', [productId]))[0]!.n

async function launch(trigger: FlowTrigger, content: string): Promise<void> {
  const steps: Flow['steps'] = [
    { id: 'say', type: 'message', content, events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ]
  const { body } = await here.post('/campaigns', { flow: { initialStepID: 'say', trigger, entry: 'per_event', steps } })
  expect((await here.post(`/campaigns/${body.id}/launch`, {})).status).toBe(200)
  await expect.poll(async () => (await here.get(`/campaigns/${body.id}`)).body.told, PATIENCE).toBe(true)
}

test('customers who looked at a product are told that it is back and what it costs, each once, of a campaign that asks; others are not', async () => {
  await post(product('tea', { name: 'Green tea', price: '450' }), product('mug', { name: 'Red mug', price: '900' }))
  await post(...['ada', 'bob', 'cyra'].flatMap(known), looked('ada', 'tea'), looked('bob', 'tea'), looked('cyra', 'mug'))
  await expect.poll(() => drawnTo('tea'), PATIENCE).toBe(2)
  // Nobody asks yet.
  await post(product('tea', { price: '440' }))
  await expect
    .poll(async () => (await here.tarang.sql.query('SELECT FROM product_news WHERE told_id = news_id')).length, PATIENCE)
    .toBe(1)

  await launch({ type: 'back_in_stock' }, '{{product}} is back: {{price}}.')
  await launch({ type: 'price_drop' }, '{{product}} costs {{price}} now.')
  await post(product('tea', { available: false }))
  await post(product('tea', { available: true }))
  for (const customer of ['ada', 'bob'])
    await expect.poll(() => texts(customer), PATIENCE).toEqual(['Green tea is back: Rs 440.'])
  await post(product('mug', { price: '700' }), product('tea', { price: '440' }))
  await expect.poll(() => texts('cyra'), PATIENCE).toEqual(['Red mug costs Rs 700 now.'])
  expect([texts('ada').length, texts('bob').length]).toEqual([1, 1])
  const { value } = await scrape(here.url)
  expect(value('tarang_product_news_told_total', { what: 'back_in_stock' })).toBe(2)
  expect(value('tarang_product_news_told_total', { what: 'price_drop' })).toBe(1)
  expect(value('tarang_oldest_untold_product_news_age_seconds')).toBe(0)
})

test('after a rebuild of the products news of them is told again, and nobody hears it twice', async () => {
  const said = async () => (await here.tarang.sql.query('SELECT sum(seq)::integer AS n FROM customers'))[0]!.n
  const before = [await said(), gateway.submitted().length]
  await here.stop()
  const { code, stderr } = await output(spawnTarang(['rebuild', 'items'], deployment.settings))
  expect([code, stderr]).toEqual([0, expect.any(String)])
  here = await start()
  const left = () => here.tarang.sql.query('SELECT FROM product_news WHERE news_id IS DISTINCT FROM told_id')
  await expect.poll(async () => (await left()).length, PATIENCE).toBe(0)
  expect(
    await here.tarang.sql.query('SELECT product_id, what FROM product_news WHERE news_id IS NOT NULL ORDER BY 1, 2'),
  ).toEqual([
    { product_id: 'mug', what: 'price_drop' },
    { product_id: 'tea', what: 'back_in_stock' },
    { product_id: 'tea', what: 'price_drop' },
  ])
  await post(looked('cyra', 'mug')) // behind whatever was told
  expect([await said(), gateway.submitted().length]).toEqual([(before[0] as number) + 1, before[1]])
})
