import { mkdtempSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SmsGateway } from '../../../consumers/sms-gateway.ts'
import { authorization, httpGateway } from '../../../infra/gateways/http.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { startGateway, type TestGateway } from '../../support/sms-gateway.ts'

const submission = (reference = 'r1', deadline = Number.POSITIVE_INFINITY) => ({
  reference,
  to: '+923001234567',
  text: 'Sale!',
  deadline,
})

describe('the http gateway', () => {
  let server: TestGateway
  let gateway: SmsGateway
  beforeEach(async () => {
    server = await startGateway(join(mkdtempSync(join(tmpdir(), 'sms-')), 'submitted.jsonl'))
    gateway = httpGateway({ url: server.url, authHeader: 'Bearer key', clock, timeoutMs: 1000 })
  })
  afterEach(async () => {
    await server.close()
    await gateway.close()
  })

  test('posts the three fields with the key, and hands back the id', async () => {
    expect(await gateway.send(submission())).toEqual({ outcome: 'submitted', gatewayId: 'gw-r1' })
    expect(server.submitted()).toMatchObject([
      { to: '+923001234567', text: 'Sale!', reference: 'r1', authorization: 'Bearer key' },
    ])
  })

  test('says until when a text is good, where quiet hours are to come, and nothing of it elsewhere', async () => {
    await gateway.send({ ...submission('night'), before: Date.parse('2026-03-01T16:00:00Z') })
    await gateway.send(submission('day'))
    const [night, day] = server.submitted()
    expect(night).toMatchObject({ reference: 'night', validUntil: '2026-03-01T16:00:00.000Z' })
    expect(day).not.toHaveProperty('validUntil')
  })

  test('a refusal is final, and its words name neither number nor text', async () => {
    server.mood = 'refuse'
    const answer = await gateway.send(submission())
    expect(answer).toEqual({ outcome: 'rejected', detail: 'http 422: bad_number' })
    expect(JSON.stringify(answer)).not.toMatch(/3001234567|Sale/)
  })

  test('"too many" is no refusal: the text was not taken, and may come again after what the gateway says', async () => {
    server.mood = 'throttle'
    expect(await gateway.send(submission())).toEqual({
      outcome: 'throttled',
      detail: 'http 429: too_many',
      retryAfterMs: 7000,
    })
  })

  test.each([
    ['fail', 'http 503'],
    ['mumble', 'http 200 without an id'],
    ['reset', expect.any(String)],
    ['hang', 'no answer in 1000 ms'],
  ] as const)('a gateway that answers with "%s" may have taken the text', async (mood, detail) => {
    server.mood = mood
    expect(await gateway.send(submission())).toEqual({ outcome: 'unknown', detail })
    expect(server.submitted()).toHaveLength(1)
  })

  test('past the deadline nothing is written', async () => {
    expect(await gateway.send(submission('late', clock.monotonic() - 1))).toEqual({
      outcome: 'unknown',
      detail: 'deadline_passed',
    })
    expect(await gateway.send(submission('next'))).toMatchObject({ outcome: 'submitted' })
    expect(server.submitted().map(s => s.reference)).toEqual(['next'])
  })

  test('a connection that the gateway closed in between is not a reason to send twice', async () => {
    for (let i = 0; i < 5; i++) {
      server.mood = i % 2 === 0 ? 'take' : 'reset'
      await gateway.send(submission(`r${i}`))
    }
    const references = server.submitted().map(s => s.reference)
    expect(new Set(references).size).toBe(references.length)
  })

  test('fifty at once are under way at once', async () => {
    const patient = httpGateway({ url: server.url, clock, timeoutMs: 20_000 })
    server.latencyMs = 1500
    await Promise.all(Array.from({ length: 50 }, (_, i) => patient.send(submission(`r${i}`))))
    expect(server.most).toBe(50)
    await patient.close()
  })
})

describe('asked what became of a text, the http gateway', () => {
  let far: Server
  let answer: readonly [status: number, body: string]
  let asked: string[]
  beforeEach(async () => {
    asked = []
    far = createHttpServer((request, response) => {
      asked.push(request.url!)
      response.writeHead(answer[0]).end(answer[1])
    })
    await new Promise<void>(resolve => far.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => void far.close())
  const find = async () => {
    const { port } = far.address() as { port: number }
    const url = `http://127.0.0.1:${port}`
    const gateway = httpGateway({ url, queryUrl: `${url}/texts/{reference}?v=1`, clock, timeoutMs: 500 })
    const finding = await gateway.capabilities.find!({ reference: 'a/b 1', gatewayId: undefined })
    await gateway.close()
    return finding
  }

  test.each([
    [200, '{"status":"delivered","id":7,"code":"D1"}', { status: 'delivered', detail: 'D1', gatewayId: '7' }],
    [200, '{"status":"absent"}', { status: 'absent', detail: '' }],
    [404, '{"status":"absent","code":"Sale to +923001234567"}', { status: 'absent', detail: '' }],
    [404, '{"message":"Route GET:/texts not found"}', { status: 'unanswered', detail: 'http 404' }],
    [200, '{"status":"queued"}', { status: 'unanswered', detail: 'http 200' }],
    [200, 'OK', { status: 'unanswered', detail: 'http 200' }],
    [500, '{"status":"delivered"}', { status: 'unanswered', detail: 'http 500' }],
    [302, '', { status: 'unanswered', detail: 'http 302' }],
    [200, `{"status":"delivered","pad":"${'x'.repeat(70_000)}"}`, { status: 'unanswered', detail: 'http 200' }],
  ] as const)('says of %i %s only what it surely means', async (status, body, finding) => {
    answer = [status, body]
    expect(await find()).toEqual(finding)
    expect(asked).toEqual(['/texts/a%2Fb%201?v=1'])
  })

  test('that is away says nothing', async () => {
    const gateway = httpGateway({ url: 'http://127.0.0.1:9', queryUrl: 'http://127.0.0.1:9/{reference}', clock })
    const finding = await gateway.capabilities.find!({ reference: 'r', gatewayId: undefined })
    expect(finding).toEqual({ status: 'unanswered', detail: 'ECONNREFUSED' })
    await gateway.close()
  })
})

test('a gateway that recognises repetitions and is still busy with the first has refused nothing', async () => {
  const far = createHttpServer((_, response) => void response.writeHead(409).end('{"code":"in_progress"}'))
  await new Promise<void>(resolve => far.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(far.address() as { port: number }).port}`
  const outcomes = []
  for (const recognises of [true, false]) {
    const gateway = httpGateway({ url, recognises, clock })
    outcomes.push((await gateway.send(submission())).outcome)
    await gateway.close()
  }
  expect(outcomes).toEqual(['unknown', 'rejected'])
  far.close()
})

describe('what surely was not written', () => {
  test.each([
    ['nobody listens', 'http://127.0.0.1:9', 'ECONNREFUSED'],
    ['the name is nobody’s', 'http://nobody.invalid', expect.stringMatching(/ENOTFOUND|EAI_AGAIN/)],
  ])('%s', async (_, url, detail) => {
    const gateway = httpGateway({ url, clock, timeoutMs: 5000 })
    expect(await gateway.send(submission())).toEqual({ outcome: 'unreached', detail })
    await gateway.close()
  })

  test('a server that speaks no TLS', async () => {
    const server = createServer(socket => socket.end('what?'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const gateway = httpGateway({ url: `https://127.0.0.1:${port}`, clock, timeoutMs: 2000 })
    expect(await gateway.send(submission())).toMatchObject({ outcome: 'unreached' })
    await gateway.close()
    server.close()
  })
})

test.each([
  [undefined, {}],
  ['Bearer abc', { authorization: 'Bearer abc' }],
  ['Basic dXNlcjpwYXNz', { authorization: 'Basic dXNlcjpwYXNz' }],
  ['X-Api-Key: abc:def', { 'x-api-key': 'abc:def' }],
])('SMS_AUTH_HEADER %j', (setting, headers) => {
  expect(authorization(setting)).toEqual(headers)
})
