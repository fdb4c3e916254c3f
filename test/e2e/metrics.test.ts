import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clicks } from '../../schemas/topics.ts'
import { scrape } from '../support/scrape.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const PATIENCE = { timeout: 20_000, interval: 100 }
const HOUR = 3_600_000

let folder: string
let gateway: TestGateway
let deployment: Deployment
let here: TarangHere
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarang-gateway-'))
  gateway = await startGateway(join(folder, 'submitted.jsonl'))
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  here = await startHere(deployment.config)
})
afterAll(async () => {
  await gateway?.close()
  await here?.stop()
  await deployment?.dispose()
  rmSync(folder, { recursive: true })
})

let n = 0
const purchase = (more: Record<string, unknown> = {}) => ({
  type: 'purchase',
  id: `e${n++}`,
  customerId: 'ada',
  occurredAt: '2026-01-01T00:00:00Z',
  orderId: `o${n}`,
  lines: [{ productId: 'tea', quantity: 1, unitPrice: '2.50' }],
  ...more,
})
const text = (id: string) => ({ id, to: '+923001234567', text: 'Shukriya!', class: 'transactional' })
const value = async (name: string, labels?: Record<string, string>) => (await scrape(here.url)).value(`tarang_${name}`, labels)

test('an event moves what counts it: taken, folded, batched, committed, answered, and asked of the cache of states', async () => {
  const of = { processor: 'customers' }
  const before = await scrape(here.url)
  const moved = (after: typeof before, name: string, labels?: Record<string, string>) =>
    (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0)
  expect((await here.post('/v1/events?wait=applied', purchase({ customerId: 'new' }))).status).toBe(200)
  const after = await scrape(here.url)
  expect(moved(after, 'tarang_ingest_events_total', { result: 'accepted' })).toBe(1)
  // New cuts may come by meanwhile.
  for (const name of ['records_total', 'batch_records_count', 'commit_seconds_count'])
    expect(moved(after, `tarang_${name}`, of)).toBeGreaterThan(0)
  expect(moved(after, 'tarang_event_to_answer_seconds_count', { processor: 'scorer' })).toBe(1)
  expect(moved(after, 'tarang_cache_requests_total', { cache: 'state', result: 'miss' })).toBeGreaterThan(0)
  expect(moved(after, 'tarang_http_request_seconds_count', { route: '/v1/events', status: '2xx' })).toBe(1)
  await here.post('/v1/events?wait=applied', purchase({ customerId: 'new' }))
  expect(moved(await scrape(here.url), 'tarang_cache_requests_total', { cache: 'state', result: 'hit' })).toBeGreaterThan(0)
})

test('an event that is refused, and one that comes twice, are counted as that', async () => {
  const [refused, twice] = [await value('ingest_events_total', { result: 'rejected' }), await value('events_duplicate_total')]
  const one = purchase()
  await here.post('/v1/events?wait=applied', one)
  await here.post('/v1/events?wait=applied', one)
  await here.post('/v1/events', purchase({ lines: 'none' }))
  expect(await value('ingest_events_total', { result: 'rejected' })).toBe((refused ?? 0) + 1)
  await expect.poll(() => value('events_duplicate_total'), PATIENCE).toBe((twice ?? 0) + 1)
})

test('dead letters are counted by topic and code, and the oldest that is kept ages', async () => {
  const { engine } = here.tarang
  const letter = (at: number) => ({
    topic: engine.names.of(clicks),
    partition: 0,
    key: null,
    value: Buffer.from('not json'),
    headers: {},
    timestamp: at,
  })
  expect([await value('dead_letters_kept'), await value('oldest_dead_letter_age_seconds')]).toEqual([0, 0])
  const now = engine.clock.now()
  await engine.log.publish([letter(now - 2 * HOUR), letter(now)])
  await expect.poll(() => value('dead_letters_kept'), PATIENCE).toBe(2)
  expect(await value('dead_letters_total', { processor: 'intake-clicks', topic: 'clicks', code: 'json_invalid' })).toBe(2)
  const age = (await value('oldest_dead_letter_age_seconds'))!
  expect(age).toBeGreaterThanOrEqual(7200)
  expect(age).toBeLessThan(7260)
  await engine.clock.sleep(1100)
  expect(await value('oldest_dead_letter_age_seconds')).toBeGreaterThan(age + 1)
})

test('texts are counted by what became of them, those at the gateway while they are there, and one whose fate is open ages', async () => {
  await here.post('/sms/requests', text('taken'))
  await expect.poll(() => value('reports_total', { scanner: 'sms-reports', kind: 'submitted' }), PATIENCE).toBe(1)
  gateway.mood = 'refuse'
  await here.post('/sms/requests', text('refused'))
  await expect.poll(() => value('reports_total', { scanner: 'sms-reports', kind: 'rejected' }), PATIENCE).toBe(1)
  expect(await value('oldest_unknown_sms_age_seconds')).toBe(0)
  gateway.mood = 'reset'
  gateway.latencyMs = 1500
  await here.post('/sms/requests', text('open'))
  await expect.poll(() => value('sms_in_flight'), PATIENCE).toBe(1)
  await expect.poll(() => value('reports_total', { scanner: 'sms-reports', kind: 'unknown' }), PATIENCE).toBe(1)
  expect(await value('sms_in_flight')).toBe(0)
  expect(await value('sms_settled_total', { status: 'unknown' })).toBe(1)
  expect(await value('sms_gateway_seconds_count', { outcome: 'submitted' })).toBe(1)
  await here.tarang.sql.query("UPDATE sms_ledger SET updated_at = updated_at - 600000 WHERE id = 'open'")
  const age = (await value('oldest_unknown_sms_age_seconds'))!
  expect(age).toBeGreaterThanOrEqual(600)
  expect(age).toBeLessThan(660)
})

test('every processor says how many partitions it has, that it is at the end, and how long it took to get there', async () => {
  const { running, engine } = here.tarang
  const now = await scrape(here.url)
  for (const { name, input } of running.processors) {
    const of = { processor: name }
    expect(now.value('tarang_partitions', of)).toBe(engine.names.partitions(input))
    expect(now.value('tarang_partitions_owned', of)).toBe(engine.names.partitions(input))
    expect(now.value('tarang_oldest_unprocessed_age_seconds', of)).toBe(0)
    expect(now.value('tarang_lag_records', of)).toBe(0)
    expect(now.value('tarang_restore_seconds_count', of)).toBe(1)
    expect(now.value('tarang_rebalances_total', of)).toBe(1)
    expect(now.value('tarang_ready', { check: name })).toBe(1)
  }
  expect(now.value('tarang_look_failed')).toBe(0)
})

test('a busy event loop and the heap with its limit are told', async () => {
  const { clock } = here.tarang.engine
  await scrape(here.url)
  await clock.sleep(50) // what is measured begins a turn after a scrape
  for (const until = performance.now() + 400; performance.now() < until; );
  await clock.sleep(50)
  const now = await scrape(here.url)
  expect(now.value('nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(0.3)
  expect(now.value('nodejs_heap_size_used_bytes')).toBeLessThan(now.value('tarang_heap_limit_bytes')!)
})

test('texts that are asked for are counted from 0 on, and so is whoever writes them', async () => {
  expect(await value('texts_written_total', { source: 'built-in' })).toBe(0)
  for (const outcome of ['answered', 'timeout', 'budget_spent']) expect(await value('llm_calls_total', { outcome })).toBe(0)
  expect(await value('llm_cost_total')).toBe(0)
  const answer = await here.post('/texts', { purpose: 'welcome', languages: ['ur'] })
  expect(answer.status).toBe(200)
  expect(await value('texts_written_total', { source: 'built-in' })).toBe(1)
})

test('flows that are asked for in words are counted from 0 on, by how that ended, and timed', async () => {
  for (const outcome of ['planned', 'written', 'fell_back', 'busy'])
    expect(await value('flow_generations_total', { outcome })).toBe(0)
  const answer = await here.post('/api/v1/generateFlow', { campaignDescription: 'Welcome new customers' })
  expect(answer.status).toBe(200)
  expect(await value('flow_generations_total', { outcome: 'planned' })).toBe(1)
  expect(await value('flow_generation_seconds_count', { by: 'planner' })).toBe(1)
  const [row] = await here.tarang.sql.query('SELECT description, outcome FROM flow_generations')
  expect(row).toEqual({ description: 'Welcome new customers', outcome: 'planned' })
})
