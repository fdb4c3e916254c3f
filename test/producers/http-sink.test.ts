import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { httpSink } from '../../producers/http-sink.ts'
import type { Inbound } from '../../schemas/events.ts'
import type { Clock } from '../../streams/clock.ts'

const event = (n: number, text = ''): Inbound => ({
  type: 'message',
  id: `e${n}`,
  customerId: 'ada',
  occurredAt: '2024-01-01T00:00:00.000Z',
  direction: 'in',
  channel: 'sms',
  text,
})
const events = (count: number): Inbound[] => Array.from({ length: count }, (_, n) => event(n))

/** Time passes only by sleeping, and what was slept is told. */
function dreamingClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = []
  const passed = () => slept.reduce((sum, ms) => sum + ms, 0)
  return {
    slept,
    now: () => Date.parse('2024-01-01T00:00:00Z') + passed(),
    monotonic: passed,
    sleep: async ms => void slept.push(ms),
  }
}

let server: Server | undefined
afterEach(() => new Promise(resolve => (server === undefined ? resolve(undefined) : server.close(resolve))))

interface Received {
  readonly batch: { id: string }[]
  readonly bytes: number
  readonly authorization: string | undefined
  readonly path: string | undefined
}

/** A server that answers with what `answer` says of the n-th request. */
async function serve(
  answer: (n: number, response: ServerResponse, batch: { id: string }[]) => void,
): Promise<{ baseUrl: string; received: Received[] }> {
  const received: Received[] = []
  server = createServer(async (request: IncomingMessage, response) => {
    const body = await buffer(request)
    const { batch } = JSON.parse(body.toString()) as { batch: { id: string }[] }
    received.push({ batch, bytes: body.length, authorization: request.headers.authorization, path: request.url })
    answer(received.length, response.setHeader('connection', 'close'), batch)
  })
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve))
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

const accept = (response: ServerResponse, batch: { id: string }[]) =>
  response.writeHead(202).end(JSON.stringify({ accepted: batch.length, rejected: [] }))
const problem = (response: ServerResponse, status: number, code: string, headers = {}) =>
  response.writeHead(status, headers).end(JSON.stringify({ status, code, detail: `it is ${code}` }))

test('events go in order, at most 2,000 and less than 5 MiB at once, with the key', async () => {
  const { baseUrl, received } = await serve((_, response, batch) => accept(response, batch))
  const sink = httpSink({ baseUrl, key: 'secret', clock: dreamingClock() })
  await sink.send(events(4500))
  expect(received.map(({ batch }) => batch.length)).toEqual([2000, 2000, 500])
  expect(received.flatMap(({ batch }) => batch.map(({ id }) => id))).toEqual(events(4500).map(({ id }) => id))
  expect(received[0]).toMatchObject({ authorization: 'Bearer secret', path: '/v1/events' })
  await sink.send(Array.from({ length: 600 }, (_, n) => event(n, 'ی'.repeat(9000))))
  expect(received.length).toBeGreaterThan(4)
  expect(Math.max(...received.map(({ bytes }) => bytes))).toBeLessThan(5 * 1024 * 1024)
})

test('a server that is overloaded is asked again after the time it names, half a minute at most', async () => {
  const names = ['7', 'Mon, 01 Jan 2024 00:00:10 GMT', '3600', undefined]
  const { baseUrl, received } = await serve((n, response, batch) => {
    const retryAfter = names[n - 1]
    if (n > names.length) accept(response, batch)
    else problem(response, n % 2 === 0 ? 429 : 503, 'overloaded', retryAfter === undefined ? {} : { 'retry-after': retryAfter })
  })
  const clock = dreamingClock()
  await httpSink({ baseUrl, clock, patience: 120_000 }).send(events(3))
  expect(received.length).toBe(5)
  expect(clock.slept).toEqual([7000, 3000, 30_000, 1600])
})

test('a connection that is lost or refused is tried again, and given up when patience ends', async () => {
  const { baseUrl, received } = await serve((n, response, batch) =>
    n === 1 ? response.socket!.destroy() : accept(response, batch),
  )
  await httpSink({ baseUrl, clock: dreamingClock() }).send(events(3))
  expect(received.length).toBe(2)
  await new Promise(resolve => server!.close(resolve))
  const clock = dreamingClock()
  await expect(httpSink({ baseUrl, clock, patience: 10_000 }).send(events(3))).rejects.toThrow(/10 s.*ECONNREFUSED/)
  expect(clock.slept.length).toBeGreaterThan(3)
})

test('a request that is wrong is an error at once, in the words of the server', async () => {
  const { baseUrl, received } = await serve((_, response) => problem(response, 401, 'unauthorized'))
  await expect(httpSink({ baseUrl, clock: dreamingClock() }).send(events(3))).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('it is unauthorized'),
  })
  expect(received.length).toBe(1)
})

test('events that the server rejects are an error, not a loss', async () => {
  const rejected = [{ index: 0, code: 'currency_unsupported', message: 'the shop is in PKR', pointer: '/currency' }]
  const { baseUrl } = await serve((_, response) => response.writeHead(202).end(JSON.stringify({ accepted: 2, rejected })))
  await expect(httpSink({ baseUrl, clock: dreamingClock() }).send(events(3))).rejects.toMatchObject({
    code: 'currency_unsupported',
    message: expect.stringContaining('PKR'),
  })
})
