import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import type { WebhookPoint } from '../../consumers/call-webhook.ts'
import { webhookDispatcher } from '../../consumers/webhook-dispatcher.ts'
import { httpCaller } from '../../infra/webhooks/http-caller.ts'
import { webhookLedger } from '../../infra/webhooks/webhook-ledger.ts'
import { webhookSigner } from '../../models/webhook-signature.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import { freshSql } from '../infra/sms/sms-fixture.ts'
import { flowCall, queueCalls } from '../infra/webhooks/webhook-fixture.ts'
import { startReceiver } from '../support/webhook-receiver.ts'
import type { WebhookProcess } from './webhook-dispatcher-process.ts'

vi.setConfig({ testTimeout: 180_000 })

const entry = fileURLToPath(new URL('./webhook-dispatcher-process.ts', import.meta.url))
const points: readonly WebhookPoint[] = ['claimed', 'called', 'settled']

async function dies(settings: WebhookProcess): Promise<string | null> {
  const child = fork(entry, [JSON.stringify(settings)], { execArgv: ['--import', 'tsx'] })
  const [, signal] = await once(child, 'exit')
  return signal as string | null
}

test('killed at every point, no call is lost, each ends once, and what comes twice comes under its id with the same bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-webhooks-'))
  const receiver = await startReceiver(join(folder, 'received.jsonl'))
  receiver.latencyMs = 20
  receiver.mood = ({ headers }) => (/7$/.test(String(headers['webhook-id'])) ? 'refuse' : 'take')
  const calls = Array.from({ length: 40 }, (_, i) => flowCall(`c${i}`, receiver.url, { customerId: `k${i}` }))
  const before = await freshSql(join(folder, 'db'))
  await queueCalls(before, calls)
  await before.close()
  for (const [i, point] of points.entries())
    expect(await dies({ folder: join(folder, 'db'), dieAt: { point, times: 3 + i } })).toBe('SIGKILL')

  const sql = await freshSql(join(folder, 'db'))
  await sql.query(`UPDATE webhook_calls SET lease_until = 0 WHERE status = 'calling'`) // as if they had been dead for long
  const signer = webhookSigner(Buffer.from('a key of this test'))
  const caller = httpCaller({ hosts: ['127.0.0.1'], allowPrivate: true, signer, clock })
  const stopping = new AbortController()
  const last = webhookDispatcher({ ledger: webhookLedger(sql), caller, clock, meter: silent }).run(stopping.signal)
  const ended = () => sql.query('SELECT id, ok FROM webhook_outcomes ORDER BY seq')
  await expect.poll(async () => (await ended()).length, { timeout: 30_000 }).toBe(calls.length)
  stopping.abort()
  await last

  for (const { id, ok } of await ended()) expect(ok).toBe(!/7$/.test(String(id)))
  const received = receiver.received()
  const bodies = new Map(received.map(({ headers, body }) => [headers['webhook-id'], body]))
  expect([...bodies.keys()].sort()).toEqual(calls.map(({ id }) => id).sort())
  for (const { headers, body } of received) {
    expect(body).toBe(bodies.get(headers['webhook-id']))
    expect(headers['idempotency-key']).toBe(headers['webhook-id'])
  }
  expect(received.length).toBeLessThanOrEqual(calls.length + 3 * points.length) // what was under way when they died
  await sql.close()
  await caller.close()
  await receiver.close()
  rmSync(folder, { recursive: true })
})
