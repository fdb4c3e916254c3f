import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SmsGateway } from '../../../consumers/sms-gateway.ts'
import { kannelGateway } from '../../../infra/gateways/kannel.ts'
import { callbackSignature } from '../../../models/callback-signature.ts'
import { systemClock as clock } from '../../../streams/clock.ts'

/** test/stack/kannel.test.ts has a real one; here stands what a real one cannot be made to answer. */
let server: Server
let gateway: SmsGateway
let answer: readonly [status: number, body: string]
let asked: { path: string; headers: IncomingHttpHeaders; body: string }[]
const signature = callbackSignature('a key of this test')

beforeEach(async () => {
  answer = [202, '0: Accepted for delivery']
  asked = []
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    asked.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
    response.writeHead(answer[0]).end(answer[1])
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const callbacks = { url: 'http://tarang:3000', signature }
  gateway = kannelGateway({
    url: `http://127.0.0.1:${port}/cgi-bin/sendsms`,
    user: 'me',
    password: 'secret',
    callbacks,
    clock,
    timeoutMs: 1000,
  })
})
afterEach(async () => {
  await gateway.close()
  server.close()
})

const submission = (text = 'Sale!', reference = 'r 1') => ({
  reference,
  to: '+923001234567',
  text,
  deadline: Number.POSITIVE_INFINITY,
})

test('neither number nor text nor password stand in an address, and the text comes as it is', async () => {
  expect(await gateway.send(submission('چائے & £5 50%'))).toEqual({ outcome: 'submitted', gatewayId: 'r 1' })
  expect(asked).toMatchObject([
    {
      path: '/cgi-bin/sendsms',
      body: 'چائے & £5 50%',
      headers: {
        'content-type': 'text/plain; charset=UTF-8',
        'x-kannel-username': 'me',
        'x-kannel-password': 'secret',
        'x-kannel-to': '+923001234567',
        'x-kannel-coding': '2',
        'x-kannel-dlr-mask': '31',
      },
    },
  ])
})

test('a text is not delivered once quiet hours have begun: what Kannel may keep it for ends then, and is never nothing, which would be for ever', async () => {
  const now = clock.now()
  await gateway.send({ ...submission(), before: now + 90 * 60_000 + 30_000 })
  await gateway.send({ ...submission(), before: now - 1000 })
  await gateway.send(submission())
  expect(asked.map(({ headers }) => headers['x-kannel-validity'])).toEqual(['90', '1', undefined])
})

test("the address for receipts is signed for this text, and has no % but Kannel's own", async () => {
  await gateway.send(submission('Sale!', '100%d بند'))
  const url = asked[0]!.headers['x-kannel-dlr-url'] as string
  expect(url).toMatch(/^http:\/\/tarang:3000\/sms\/receipts\/kannel\?ref=[\w-]+&sig=[\w-]+&type=%d&answer=%A&id=%F$/)
  const { searchParams } = new URL(url.replaceAll('%', ''))
  expect(Buffer.from(searchParams.get('ref')!, 'base64url').toString('utf8')).toBe('100%d بند')
  expect(signature.signed('100%d بند', searchParams.get('sig')!)).toBe(true)
  expect(signature.signed('another', searchParams.get('sig')!)).toBe(false)
})

describe('what the answer means', () => {
  test.each([
    [202, '3: Queued for later delivery', { outcome: 'submitted', gatewayId: 'r 1' }],
    [202, 'Sent.', { outcome: 'unknown', detail: 'http 202: Sent.' }],
    [202, '', { outcome: 'unknown', detail: 'http 202' }],
    [200, '0: Accepted for delivery', { outcome: 'unknown', detail: 'http 200: 0: Accepted for delivery' }],
    [400, 'Missing receiver +923001234567 of Sale!', { outcome: 'rejected', detail: 'http 400: Missing receiver … of …' }],
    [403, 'Authorization failed for sendsms', { outcome: 'unreached', detail: 'http 403: Authorization failed for sendsms' }],
    [503, 'Temporal failure', { outcome: 'unknown', detail: 'http 503: Temporal failure' }],
  ])('%i "%s"', async (status, body, meaning) => {
    answer = [status, body]
    expect(await gateway.send(submission())).toEqual(meaning)
  })
})

test.each([
  ['', 'text_empty'],
  ['a'.repeat(1531), 'text_too_long: 11 parts, 10 at most'],
])('what Kannel would take and cut is not given to it', async (text, detail) => {
  expect(await gateway.send(submission(text))).toEqual({ outcome: 'rejected', detail })
  expect(asked).toEqual([])
})

test('past the deadline nothing is written', async () => {
  expect(await gateway.send({ ...submission(), deadline: clock.monotonic() - 1 })).toMatchObject({ outcome: 'unknown' })
  expect(asked).toEqual([])
})
