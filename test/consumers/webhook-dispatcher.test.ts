import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { ATTEMPTS, type WebhookPorts } from '../../consumers/call-webhook.ts'
import { type WebhookLimits, webhookDispatcher } from '../../consumers/webhook-dispatcher.ts'
import { httpCaller } from '../../infra/webhooks/http-caller.ts'
import { oldestDueCall, webhookLedger } from '../../infra/webhooks/webhook-ledger.ts'
import { webhookSigner } from '../../models/webhook-signature.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql } from '../infra/sms/sms-fixture.ts'
import { allDue, attemptsOf, flowCall, queueCalls, statusesOf } from '../infra/webhooks/webhook-fixture.ts'
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

let sql: Sql
let folder: string
let receiver: WebhookReceiver
const undo: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await sql.script('TRUNCATE webhook_calls, webhook_attempts, webhook_outcomes')
  folder = mkdtempSync(join(tmpdir(), 'tarang-webhooks-'))
  receiver = await startReceiver(join(folder, 'received.jsonl'))
})
afterEach(async () => {
  for (const step of undo.splice(0)) await step()
  await receiver.close()
  rmSync(folder, { recursive: true })
})

function start(more: Partial<WebhookPorts> = {}, limits?: WebhookLimits) {
  const signer = webhookSigner(Buffer.from('a key of this test'))
  const caller = httpCaller({ hosts: ['127.0.0.1'], allowPrivate: true, signer, clock, timeoutMs: 500 })
  const ports = { ledger: webhookLedger(sql), caller, clock, meter: silent, ...more }
  const stopping = new AbortController()
  const dispatcher = limits === undefined ? webhookDispatcher(ports) : webhookDispatcher(ports, limits)
  const running = dispatcher.run(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await running
    await caller.close()
  }
  undo.push(stop)
  return { stop }
}
const outcomes = async () =>
  Object.fromEntries((await sql.query('SELECT id, ok FROM webhook_outcomes')).map(({ id, ok }) => [id, ok]))
const ids = () => receiver.received().map(({ headers }) => headers['webhook-id'])
const become = (expected: Record<string, string>) =>
  expect.poll(() => statusesOf(sql), { timeout: 15_000, interval: 25 }).toEqual(expected)

test('a call is made once however often it is asked for, says what it is about, and what came of it is to be told once', async () => {
  const call = flowCall('c1', receiver.url, { method: 'PUT', productId: 'tea' })
  await queueCalls(sql, [call, call])
  await queueCalls(sql, [call])
  start()
  await become({ c1: 'ok' })
  const at = '2023-11-14T22:13:20.000Z'
  const told = { id: 'c1', campaignId: 'eid', version: 1, step: 'tell', customerId: 'ada', entry: 1, productId: 'tea', at }
  expect(receiver.received().map(({ method, body }) => [method, JSON.parse(body)])).toEqual([['PUT', told]])
  expect(await outcomes()).toEqual({ c1: true })
})

test('what a receiver cannot take now is called again after a while, under the same id with the same bytes, and every attempt is kept', async () => {
  await queueCalls(sql, [flowCall('c1', receiver.url)])
  receiver.mood = 'fail'
  start()
  await expect.poll(() => attemptsOf(sql, 'c1')).toEqual(['again: The receiver answered 500.'])
  const [row] = await sql.query('SELECT not_before - updated_at AS delay, status FROM webhook_calls')
  expect(row).toMatchObject({ status: 'queued', delay: expect.any(Number) })
  expect(row!.delay as number).toBeGreaterThanOrEqual(1000)
  receiver.mood = 'throttle'
  await allDue(sql)
  await expect.poll(async () => (await attemptsOf(sql, 'c1')).length).toBe(2)
  await expect
    .poll(async () => (await sql.query("SELECT not_before - updated_at AS delay FROM webhook_calls WHERE status = 'queued'"))[0])
    .toEqual({ delay: 120_000 })
  expect(await outcomes()).toEqual({})
  receiver.mood = 'take'
  await allDue(sql)
  await become({ c1: 'ok' })
  expect(new Set(receiver.received().map(({ body }) => body)).size).toBe(1)
  expect(ids()).toEqual(['c1', 'c1', 'c1'])
  expect(await outcomes()).toEqual({ c1: true })
})

test('what will never be taken has failed at once; what was not after the last attempt, or in a day, then', async () => {
  receiver.mood = ({ headers }) => (headers['webhook-id'] === 'no' ? 'refuse' : 'fail')
  await queueCalls(sql, [flowCall('no', receiver.url), flowCall('last', receiver.url), flowCall('old', receiver.url)])
  await queueCalls(sql, [flowCall('poison', receiver.url)])
  await sql.query(`UPDATE webhook_calls SET attempts = $1 WHERE id = 'last'`, [ATTEMPTS - 1])
  await sql.query(`UPDATE webhook_calls SET attempts = $1 WHERE id = 'poison'`, [ATTEMPTS])
  await sql.query(`UPDATE webhook_calls SET queued_at = queued_at - 86400000 WHERE id = 'old'`)
  start()
  await become({ no: 'failed', last: 'failed', old: 'failed', poison: 'failed' })
  expect(ids().sort()).toEqual(['last', 'no'])
  expect(await attemptsOf(sql, 'last')).toEqual([`failed: The receiver answered 500. That was the last of ${ATTEMPTS} attempts.`])
  expect(await outcomes()).toEqual({ no: false, last: false, old: false, poison: false })
})

test('a receiver that hangs has no more than its share of calls, and the others go on', async () => {
  const hanging = await startReceiver(join(folder, 'hanging.jsonl'))
  undo.push(() => hanging.close())
  hanging.mood = 'hang'
  receiver.latencyMs = 20
  await queueCalls(
    sql,
    Array.from({ length: 20 }, (_, i) => flowCall(`h${i}`, hanging.url)),
  )
  await queueCalls(
    sql,
    Array.from({ length: 20 }, (_, i) => flowCall(`r${i}`, receiver.url)),
  )
  start({}, { calls: 6, perHost: 2 })
  await expect.poll(async () => Object.keys(await outcomes()).length, { timeout: 10_000 }).toBe(20)
  expect(hanging.most()).toBe(2)
  expect(receiver.most()).toBeLessThanOrEqual(2)
  expect(hanging.received().length).toBeLessThan(20)
})

test('instances share the calls, and none is made by both', async () => {
  receiver.latencyMs = 5
  const calls = Array.from({ length: 60 }, (_, i) => flowCall(`c${i}`, receiver.url))
  await queueCalls(sql, calls)
  start()
  start()
  await become(Object.fromEntries(calls.map(({ id }) => [id, 'ok'])))
  expect(ids().sort()).toEqual(calls.map(({ id }) => id).sort())
})

test('what somebody was calling who is gone is called again; their late word on it holds only while nobody else began', async () => {
  const ledger = webhookLedger(sql)
  await queueCalls(sql, [flowCall('c1', receiver.url), flowCall('c2', receiver.url)])
  const room = { calls: 9, perHost: 9, busy: new Map() }
  expect((await ledger.claim(room, 0)).map(({ attempt }) => attempt)).toEqual([1, 1])
  expect(await ledger.claim(room, 0)).toEqual([])
  expect(await ledger.reap()).toBe(2)
  await ledger.settle({ id: 'c1', attempt: 1, outcome: 'ok', detail: 'late, and nobody was quicker' })
  expect((await ledger.claim(room, 60_000)).map(({ id, attempt }) => [id, attempt])).toEqual([['c2', 2]])
  await ledger.settle({ id: 'c2', attempt: 1, outcome: 'failed', detail: 'too late' })
  expect(await outcomes()).toEqual({ c1: true })
  await ledger.settle({ id: 'c2', attempt: 2, outcome: 'ok', detail: 'in time' })
  await ledger.settle({ id: 'c2', attempt: 2, outcome: 'failed', detail: 'said twice' })
  expect(await outcomes()).toEqual({ c1: true, c2: true })
  expect(await attemptsOf(sql, 'c2')).toEqual(['failed: too late', 'ok: in time'])
})

test('who stops finishes what is under way, and begins nothing more', async () => {
  receiver.latencyMs = 300
  await queueCalls(
    sql,
    Array.from({ length: 5 }, (_, i) => flowCall(`c${i}`, receiver.url)),
  )
  const { stop } = start({}, { calls: 2, perHost: 2 })
  await expect.poll(() => receiver.most()).toBe(2)
  await stop()
  expect(Object.values(await statusesOf(sql)).sort()).toEqual(['ok', 'ok', 'queued', 'queued', 'queued'])
})

test('a ledger that cannot be written to is told to whoever runs the dispatcher, with nothing left under way', async () => {
  await queueCalls(sql, [flowCall('c1', receiver.url)])
  const broken = { ...webhookLedger(sql), settle: () => Promise.reject(new Error('the disk is full')) }
  const signer = webhookSigner(Buffer.from('k'))
  const caller = httpCaller({ hosts: ['127.0.0.1'], allowPrivate: true, signer, clock })
  const hasty = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms / 20, signal) }
  const running = webhookDispatcher({ ledger: broken, caller, clock: hasty, meter: silent }).run(new AbortController().signal)
  await expect(running).rejects.toThrow('the disk is full')
  await caller.close()
})

test('how long calls have been waiting is told, and nothing where none is due', async () => {
  expect(await oldestDueCall(sql)).toBe(0)
  await queueCalls(sql, [flowCall('c1', receiver.url)])
  await sql.query('UPDATE webhook_calls SET not_before = not_before - 60000')
  expect(await oldestDueCall(sql)).toBeGreaterThan(59)
})
