import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WebhookCaller } from '../../../consumers/webhook-caller.ts'
import type { Resolve } from '../../../infra/webhooks/checked-lookup.ts'
import { type HttpCallerOptions, httpCaller } from '../../../infra/webhooks/http-caller.ts'
import { webhookSigner } from '../../../models/webhook-signature.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { startReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'

vi.setConfig({ testTimeout: 20_000 })

const signer = webhookSigner(Buffer.from('a key of this test'))
const body = '{"id":"c1"}'
let folder: string
let receiver: WebhookReceiver
const callers: WebhookCaller[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarang-webhooks-'))
  receiver = await startReceiver(join(folder, 'received.jsonl'))
})
afterEach(async () => {
  await Promise.all(callers.splice(0).map(caller => caller.close()))
  await receiver.close()
  rmSync(folder, { recursive: true })
})

function callerWith(options: Partial<HttpCallerOptions> = {}): WebhookCaller {
  const own = { hosts: ['127.0.0.1', 'hooks.pk'], allowPrivate: true, signer, clock, timeoutMs: 1000 }
  const caller = httpCaller({ ...own, ...options })
  callers.push(caller)
  return caller
}
const call = (url = receiver.url, options: Partial<HttpCallerOptions> = {}) =>
  callerWith(options).call({ id: 'c1', url, method: 'POST', body })
/** A resolver that gives each of some answers in turn, and counts how often it was asked. */
function resolving(...answers: readonly (readonly string[])[]) {
  let asked = 0
  const resolve: Resolve = (_, done) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)]!
    done(
      null,
      addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { resolve, asked: () => asked }
}

test('a call carries its body, its id to be known by and a signature that its receiver can check', async () => {
  expect(await call()).toEqual({ outcome: 'ok', detail: 'The receiver answered 204.' })
  const [received] = receiver.received()
  expect(received).toMatchObject({ method: 'POST', path: '/hook?from=tarang', body })
  const { headers } = received!
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'c1', 'webhook-id': 'c1' })
  const at = Number(headers['webhook-timestamp'])
  expect(Math.abs(Date.now() / 1000 - at)).toBeLessThan(10)
  expect(headers['webhook-signature']).toBe(signer.sign('c1', at, body))
})

test.each([
  ['fail', 'again', /answered 500/],
  ['throttle', 'again', /answered 429/],
  ['reset', 'again', /could not be reached/],
  ['hang', 'again', /No answer in 1000 ms/],
  ['mumble', 'again', /could not be reached/],
  ['endless headers', 'again', /could not be reached|No answer/],
  ['refuse', 'failed', /answered 422/],
  ['redirect', 'failed', /169\.254\.169\.254.*redirects are not followed/],
  ['flood', 'ok', /answered 200/],
  ['trickle', 'ok', /answered 200/],
] as const)('a receiver whose mood is to %s: %s', async (mood, outcome, detail) => {
  receiver.mood = mood
  const begun = performance.now()
  const answer = await call()
  expect(answer).toMatchObject({ outcome, detail: expect.stringMatching(detail) })
  expect(performance.now() - begun).toBeLessThan(3000)
  expect(receiver.received()).toHaveLength(1)
})

test('a receiver that asks to be left alone says for how long, and no longer than an hour', async () => {
  receiver.mood = 'throttle'
  expect(await call()).toMatchObject({ outcome: 'again', retryAfterMs: 120_000 })
})

test('of an answer without end little is read, and its connection goes', async () => {
  receiver.mood = 'flood'
  await call()
  await clock.sleep(200)
  const flooded = receiver.flooded()
  expect(flooded).toBeLessThan(8_000_000) // what the buffers of both sides take
  await clock.sleep(200)
  expect(receiver.flooded()).toBe(flooded)
})

test('nobody is called at a host that the shop has not named, within a private network, or by plain http', async () => {
  const strict = { allowPrivate: false, ...resolving(['127.0.0.1']) }
  expect(await call(`http://localhost:${receiver.port}/x`)).toMatchObject({
    outcome: 'failed',
    detail: expect.stringMatching(/no host that webhooks/),
  })
  expect(await call(receiver.url, strict)).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(/https only/) })
  for (const address of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '0x7f.1', '2130706433']) {
    const { hostname } = new URL(`https://${address}`)
    const answer = await call(`https://${address}:${receiver.port}/x`, { ...strict, hosts: [hostname] })
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(/within a private network/) })
  }
  expect(receiver.received()).toEqual([])
})

test('a public name that leads to this machine is not called', async () => {
  const inside = resolving(['127.0.0.1'])
  const answer = await call(`https://hooks.pk:${receiver.port}/x`, { allowPrivate: false, resolve: inside.resolve })
  expect(answer).toEqual({ outcome: 'failed', detail: 'hooks.pk leads to 127.0.0.1, which is within a private network.' })
  expect(receiver.received()).toEqual([])
})

test('a name is asked once for a connection, which goes to what was checked: what it resolves to next leads nowhere', async () => {
  const elsewhere = await startReceiver(join(folder, 'elsewhere.jsonl'), '127.0.0.2')
  const rebinding = resolving(['127.0.0.1'], ['127.0.0.2'])
  const url = `http://hooks.pk:${receiver.port}/x`
  expect(await call(url, { resolve: rebinding.resolve })).toMatchObject({ outcome: 'ok' })
  expect([rebinding.asked(), receiver.received().length, elsewhere.received().length]).toEqual([1, 1, 0])
  await elsewhere.close()
})

test('nobody there, or a name that nobody knows, may be better in a while', async () => {
  expect(await call('http://127.0.0.1:9/x')).toMatchObject({
    outcome: 'again',
    detail: expect.stringMatching(/could not be reached: ECONNREFUSED/),
  })
  const unknown: Resolve = (_, done) => done(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), [])
  expect(await call('http://hooks.pk/x', { resolve: unknown })).toMatchObject({
    outcome: 'again',
    detail: expect.stringMatching(/ENOTFOUND/),
  })
  expect(await call('http://hooks.pk/x', { resolve: resolving([]).resolve })).toMatchObject({
    outcome: 'again',
    detail: expect.stringMatching(/ENOTFOUND/),
  })
  expect(await call('http://hooks.pk/x', { resolve: () => {} })).toMatchObject({
    outcome: 'again',
    detail: expect.stringMatching(/No answer in/),
  })
})
