import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { learnShares } from '../../infra/campaigns/share-learner.ts'
import type { Config } from '../../infra/config.ts'
import { readConfig } from '../../infra/config.ts'
import { startTarang } from '../support/running-tarang.ts'
import { type Deployment, embeddedDeployment, openLeft } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const KEY = 'the-key-of-this-test'
const PATIENCE = { timeout: 30_000 }
const folder = mkdtempSync(join(tmpdir(), 'tarang-campaigns-'))
let gateway: TestGateway
let deployment: Deployment
let config: Config
let here: TarangHere
beforeAll(async () => {
  gateway = await startGateway(join(folder, 'gateway.jsonl'))
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  const read = readConfig({ ...deployment.settings, SMS_CALLBACK_KEY: KEY })
  config = { ...read, smsRules: { ...read.smsRules, quiet: undefined, caps: [] } }
  here = await startHere(config)
})
afterAll(async () => {
  await here?.stop()
  await gateway?.close()
  await deployment?.dispose()
  rmSync(folder, { recursive: true })
})

const now = () => new Date().toISOString()
const post = (...batch: object[]) => here.post('/v1/events?wait=applied', { batch })
const known = (customerId: string, phone: string) => [
  { type: 'profile', id: `p-${customerId}`, customerId, occurredAt: now(), traits: { phone, firstName: customerId } },
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
const repliedFrom = (from: string, text: string) =>
  here.get(`/sms/inbound/kannel?${new URLSearchParams({ key: KEY, from, to: '8585', text, coding: '0' })}`)
const textsTo = (phone: string) =>
  gateway
    .submitted()
    .filter(({ to }) => to === phone)
    .map(({ text }) => text)
const textsBecome = (phone: string, ...texts: string[]) => expect.poll(() => textsTo(phone), PATIENCE).toEqual(texts)
const move = (id: string, to: string) => here.post(`/campaigns/${id}/${to}`, {})
const isTold = (id: string) => expect.poll(async () => (await here.get(`/campaigns/${id}`)).body.told, PATIENCE).toBe(true)
const runs = async () =>
  (await here.tarang.sql.query("SELECT customer_id FROM flow_instances WHERE runs <> '[]' ORDER BY 1")).map(
    row => row.customer_id,
  )

/** Asks after a purchase, and goes another way for each answer; whoever buys meanwhile is left alone. */
const asks = {
  initialStepID: 'ask',
  trigger: { type: 'purchase' },
  goal: { event: 'purchase' },
  steps: [
    {
      id: 'ask',
      type: 'message',
      content: 'Hi {{first_name}}, was all well?',
      events: [
        { type: 'reply', intent: 'yes', nextStepID: 'glad' },
        { type: 'no_reply', after: 'P1D', nextStepID: 'end' },
      ],
    },
    { id: 'glad', type: 'message', content: 'Glad to hear.', events: [{ type: 'default', nextStepID: 'wait' }] },
    { id: 'wait', type: 'delay', duration: 'PT1H', events: [{ type: 'default', nextStepID: 'more' }] },
    { id: 'more', type: 'message', content: 'Look around.', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ],
}

test('a sentence becomes a draft, is checked, launched, and a purchase after a restart sends its text', async () => {
  const made = await here.post('/campaigns', { description: 'When a customer buys something, thank them right away' })
  expect([made.status, made.body.status, made.body.passed]).toEqual([201, 'draft', true])
  expect(made.body.flow.trigger.type).toBe('purchase')
  const { id } = made.body
  expect((await here.post(`/campaigns/${id}/check`, {})).body.passed).toBe(true)
  expect((await move(id, 'launch')).body).toMatchObject({ status: 'running', liveVersion: 1 })
  await here.stop()
  here = await startHere(config)
  await isTold(id)
  await post(...known('eve', '+923001234560'))
  await post(bought('eve', 'e1'))
  await expect.poll(() => textsTo('+923001234560').length, PATIENCE).toBe(1)
  expect((await move(id, 'stop')).body.status).toBe('stopped')
  await isTold(id)
})

test('a reply decides what comes next, what is paused sends nothing, and the goal ends it', async () => {
  await post(...known('ada', '+923001234567'), ...known('bob', '+923001234568'))
  const { id } = (await here.post('/campaigns', { flow: asks })).body
  expect((await move(id, 'launch')).status).toBe(200)
  await isTold(id)
  await post(bought('ada', 'a1'), bought('bob', 'b1'))
  await textsBecome('+923001234567', 'Hi ada, was all well?')
  await textsBecome('+923001234568', 'Hi bob, was all well?')
  expect((await repliedFrom('+923001234567', 'Yes!')).status).toBe(200)
  await textsBecome('+923001234567', 'Hi ada, was all well?', 'Glad to hear.')

  expect((await move(id, 'pause')).body.status).toBe('paused')
  await isTold(id)
  expect((await repliedFrom('+923001234568', 'yes')).status).toBe(200)
  const held = () =>
    here.tarang.sql
      .query("SELECT customer_id FROM flow_instances WHERE runs->0->'wait'->>'for' = 'held'")
      .then(rows => rows.length)
  await expect.poll(held, PATIENCE).toBe(1)
  expect(textsTo('+923001234568')).toHaveLength(1)
  expect((await move(id, 'resume')).body.status).toBe('running')
  await textsBecome('+923001234568', 'Hi bob, was all well?', 'Glad to hear.')

  expect(await runs()).toEqual(['ada', 'bob'])
  await post(bought('ada', 'a2'))
  await expect.poll(runs, PATIENCE).toEqual(['bob'])
  await move(id, 'stop')
  await expect.poll(runs, PATIENCE).toEqual([])
  const { changes } = (await here.get(`/campaigns/${id}/history`)).body
  expect(changes.map(({ what }: { what: string }) => what)).toEqual(['stopped', 'resumed', 'paused', 'launched', 'created'])
})

test('a launch whose process is killed as it answers comes to every partition all the same', async () => {
  const own = await embeddedDeployment({ gatewayUrl: gateway.url })
  try {
    const settings = { config: own.config, sessionTimeoutMs: 6000 }
    const doomed = await startTarang(settings)
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const made = await fetch(`${doomed.url}/campaigns`, { ...json, body: JSON.stringify({ flow: asks }) })
    const { id } = (await made.json()) as { id: string }
    const launched = await fetch(`${doomed.url}/campaigns/${id}/launch`, { method: 'POST' })
    await doomed.kill('SIGKILL')
    expect(launched.status).toBe(200)
    {
      // As if it had died before it appended anything, or right after, before it said so.
      await using left = await openLeft(own)
      expect(await left.sql.query('UPDATE campaign_words SET reported = false RETURNING campaign_id')).toEqual([
        { campaign_id: id },
      ])
    }
    const next = await startHere(own.config)
    const copies = () =>
      next.tarang.sql.query('SELECT status, version FROM flow_campaigns WHERE campaign_id = $1 ORDER BY partition', [id])
    await expect.poll(copies, PATIENCE).toEqual(Array(own.config.partitions).fill({ status: 'running', version: 1 }))
    expect((await next.get(`/campaigns/${id}`)).body).toMatchObject({ status: 'running', told: true })
    await next.stop()
  } finally {
    await own.dispose()
  }
})

/** One text or another after a purchase, drawn by what is learnt; two in five get none. */
const tries = {
  initialStepID: 'which',
  trigger: { type: 'purchase' },
  goal: { event: 'click' },
  holdoutPercent: 40,
  steps: [
    {
      id: 'which',
      type: 'experiment',
      allocation: 'thompson',
      variants: [
        { name: 'short', weight: 50 },
        { name: 'long', weight: 50 },
      ],
      events: [
        { type: 'variant', label: 'short', nextStepID: 'short' },
        { type: 'variant', label: 'long', nextStepID: 'long' },
      ],
    },
    { id: 'short', type: 'message', content: 'Thanks!', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'long', type: 'message', content: 'Thank you very much!', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ],
}

test('results tell who came, who was held out and what variants brought; what is learnt of them reaches every partition and meets the next', async () => {
  const { sql } = here.tarang
  const people = Array.from({ length: 20 }, (_, i) => `try-${i}`)
  await post(...people.flatMap((id, i) => known(id, `+9230011000${10 + i}`)))
  const { id } = (await here.post('/campaigns', { flow: tries })).body
  expect((await here.get(`/campaigns/${id}/results`)).body).toMatchObject({ audience: 0, flow: [], experiments: [] })
  expect((await move(id, 'launch')).status).toBe(200)
  await isTold(id)
  await post(...people.map(customer => bought(customer, `o-${customer}`)))
  const results = async () => (await here.get(`/campaigns/${id}/results`)).body
  await expect.poll(async () => (await results()).audience, PATIENCE).toBe(20)
  const { entered, heldOut, onTheirWay, ended } = (await results()).flow[0]
  expect([entered + heldOut, onTheirWay, ended]).toEqual([20, 0, { completed: entered }])
  expect(entered).toBeGreaterThan(0)
  expect(heldOut).toBeGreaterThan(0)
  await expect.poll(async () => (await results()).treated.texts.sent, PATIENCE).toBe(entered)
  const { experiments, ...all } = await results()
  expect(all).toMatchObject({
    comparedWith: 'campaign',
    treated: { customers: entered },
    heldOut: { customers: heldOut, texts: { asked: 0 } },
  })
  const variants: { variant: string; share: number; customers: number; texts: { sent: number } }[] = experiments[0].variants
  expect(experiments).toMatchObject([{ version: 1, step: 'which', outcome: 'click', advice: { kind: 'too_early' } }])
  expect(variants.reduce((sum, { customers }) => sum + customers, 0)).toBe(entered)
  for (const one of variants) expect([one.share, one.texts.sent]).toEqual([0.5, one.customers])

  // Of many who came before: those with the long text followed its link.
  for (const variant of ['short', 'long'])
    await sql.query(
      `INSERT INTO flow_assignments (campaign_id, version, step, customer_id, partition, entry, variant, at)
       SELECT $1, 1, 'which', $2 || n, 0, 1, $2, 1000 FROM generate_series(1, 100) AS n`,
      [id, variant],
    )
  await sql.query(
    `INSERT INTO link_clicks (id, code, request_id, customer_id, campaign_id, at, method, links, address, reported)
     SELECT 'made' || n, 'c', 'r' || n, 'long' || n, $1, 1001, 'GET', 1, 'a', true FROM generate_series(1, 60) AS n`,
    [id],
  )
  const { clock, journal } = here.tarang.engine
  expect(await learnShares({ sql, clock, journal, zone: 'Asia/Karachi', windowMs: 86_400_000, written: () => {} })).toBe(1)
  await isTold(id)
  const learnt = { which: { short: 0.05, long: 0.95 } }
  await expect
    .poll(
      async () =>
        (await sql.query('SELECT kept FROM flow_campaigns WHERE campaign_id = $1', [id])).map(
          row => (row.kept as { told: { shares?: object } }).told.shares,
        ),
      PATIENCE,
    )
    .toEqual(Array.from({ length: config.partitions }, () => learnt))
  const told = (await results()).experiments[0]
  expect(told.variants.map(({ share }: { share: number }) => share)).toEqual([0.05, 0.95])
  expect(told.advice).toMatchObject({ kind: 'stop_winner', winner: 'long' })
  const more = Array.from({ length: 20 }, (_, i) => `more-${i}`)
  await post(...more.map(customer => bought(customer, `o-${customer}`)))
  await expect.poll(async () => (await results()).flow[0].entered + (await results()).flow[0].heldOut, PATIENCE).toBe(40)
  const drawn = await sql.query(
    "SELECT variant FROM flow_assignments WHERE campaign_id = $1 AND customer_id LIKE 'more-%' AND variant = 'long'",
    [id],
  )
  const came = await sql.query("SELECT FROM flow_assignments WHERE campaign_id = $1 AND customer_id LIKE 'more-%'", [id])
  expect(drawn.length).toBeGreaterThan(0.7 * came.length)
  await move(id, 'stop')
  await isTold(id)
})
