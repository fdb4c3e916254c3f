import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { campaignRecord } from '../../producers/campaign-record.ts'
import type { Flow } from '../../schemas/flow.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-flows-'))
let gateway: TestGateway
let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  gateway = await startGateway(join(folder, 'gateway.jsonl'))
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  const { smsRules } = deployment.config
  here = await startHere({ ...deployment.config, smsRules: { ...smsRules, quiet: undefined, caps: [] } })
})
afterAll(async () => {
  await here.stop()
  await gateway.close()
  await deployment.dispose()
  rmSync(folder, { recursive: true })
})

const now = () => new Date().toISOString()
const known = (customerId: string, phone: string, firstName: string) => [
  { type: 'profile', id: `p-${customerId}`, customerId, occurredAt: now(), traits: { phone, firstName } },
  { type: 'consent', id: `k-${customerId}`, customerId, occurredAt: now(), channel: 'sms', state: 'granted' },
]
const bought = (customerId: string, orderId: string) => ({
  type: 'purchase',
  id: `b-${orderId}`,
  customerId,
  orderId,
  occurredAt: now(),
  lines: [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }],
})
const wrote = (customerId: string, id: string, text: string) => ({
  type: 'message',
  id,
  customerId,
  occurredAt: now(),
  direction: 'in',
  channel: 'sms',
  text,
})
const post = (...batch: object[]) => here.post('/v1/events?wait=applied', { batch })
const tell = (id: string, flow: Flow, more: { status?: 'running' | 'paused'; launches?: boolean; launchedAt?: number } = {}) => {
  const at = Date.now()
  const word = {
    id,
    version: 1,
    status: 'running' as const,
    at,
    launchedAt: at - 1000,
    zone: 'Asia/Karachi',
    flow,
    launches: true,
  }
  return here.tarang.publish([campaignRecord({ ...word, ...more })])
}
const textsTo = (phone: string) =>
  gateway
    .submitted()
    .filter(({ to }) => to === phone)
    .map(({ text }) => text)
const textsBecome = (phone: string, ...texts: string[]) => expect.poll(() => textsTo(phone), { timeout: 20_000 }).toEqual(texts)

test('a purchase brings a customer in, a timer that nobody else sets off sends a text, and the reply decides what comes next', async () => {
  await post(...known('ada', '+923001234567', 'Ada'), ...known('bob', '+923001234568', 'Bob'))
  await tell('thanks', {
    initialStepID: 'wait',
    trigger: { type: 'purchase' },
    steps: [
      { id: 'wait', type: 'delay', duration: 'PT1S', events: [{ type: 'default', nextStepID: 'ask' }] },
      {
        id: 'ask',
        type: 'message',
        content: 'Hi {{first_name}}, was all well?',
        events: [
          { type: 'reply', intent: 'yes', nextStepID: 'glad' },
          { type: 'reply', intent: 'no', nextStepID: 'sorry' },
          { type: 'no_reply', after: 'P1D', nextStepID: 'end' },
        ],
      },
      { id: 'glad', type: 'message', content: 'Glad to hear, {{first_name}}.', events: [{ type: 'default', nextStepID: 'end' }] },
      { id: 'sorry', type: 'message', content: 'We will call you.', events: [{ type: 'default', nextStepID: 'end' }] },
      { id: 'end', type: 'end', events: [] },
    ],
  })
  await post(bought('ada', 'o1'), bought('bob', 'o2'))
  await textsBecome('+923001234567', 'Hi Ada, was all well?')
  await textsBecome('+923001234568', 'Hi Bob, was all well?')
  await post(wrote('ada', 'm1', 'haan ji!'), wrote('bob', 'm2', 'no, it was not'))
  await textsBecome('+923001234567', 'Hi Ada, was all well?', 'Glad to hear, Ada.')
  await textsBecome('+923001234568', 'Hi Bob, was all well?', 'We will call you.')
  await post(bought('ada', 'o3')) // once is once
  expect(await here.tarang.sql.query("SELECT customer_id FROM flow_instances WHERE runs <> '[]'")).toEqual([])
})

test('a launch by hand reaches everybody whom it is for, once; what is paused waits, and goes on where it stood', async () => {
  await post(...known('cyra', '+923001234569', 'Cyra'), ...known('dov', '+923001234570', 'Dov'))
  const flow: Flow = {
    initialStepID: 'say',
    trigger: { type: 'manual', condition: { field: 'rfm.frequency', op: 'eq', value: 0 } },
    steps: [
      { id: 'say', type: 'message', content: 'Welcome, {{first_name}}!', events: [{ type: 'default', nextStepID: 'wait' }] },
      { id: 'wait', type: 'delay', duration: 'PT2S', events: [{ type: 'default', nextStepID: 'more' }] },
      { id: 'more', type: 'message', content: 'Look around.', events: [{ type: 'default', nextStepID: 'end' }] },
      { id: 'end', type: 'end', events: [] },
    ],
  }
  const launchedAt = Date.now()
  await tell('hello', flow, { launchedAt })
  await textsBecome('+923001234569', 'Welcome, Cyra!')
  await textsBecome('+923001234570', 'Welcome, Dov!')
  await tell('hello', flow, { status: 'paused', launchedAt, launches: false })
  const held = () =>
    here.tarang.sql.query(`SELECT customer_id FROM flow_instances WHERE runs->0->'wait'->>'for' = 'held' ORDER BY 1`)
  await expect.poll(held, { timeout: 20_000 }).toEqual([{ customer_id: 'cyra' }, { customer_id: 'dov' }])
  await tell('hello', flow, { launchedAt }) // told as a launch again: nobody enters twice
  await textsBecome('+923001234569', 'Welcome, Cyra!', 'Look around.')
  await textsBecome('+923001234570', 'Welcome, Dov!', 'Look around.')
  expect(textsTo('+923001234567')).toHaveLength(2)
})
