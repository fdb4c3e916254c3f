import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { buildApp, type ServingPorts } from '../../serving/app.ts'
import type { Ingest, IngestAnswer } from '../../serving/ports/ingest.ts'
import { quietPorts } from './fake-ports.ts'

const click = { type: 'click', id: 'e3', customerId: '17850', occurredAt: '2010-12-01T08:26:00Z', kind: 'view' }

/** An ingest that writes down what it was given. */
function recording(answer: Partial<IngestAnswer> = {}) {
  const calls: unknown[][] = []
  const taken = { accepted: 1, rejected: [], applied: false, ...answer } as IngestAnswer
  const ingest: Ingest = {
    submit: async (raw, options) => {
      calls.push(['submit', raw, options])
      return taken
    },
    segment: async (call, body, options) => {
      calls.push([call, body, options])
      return taken
    },
  }
  return { ingest, calls }
}
const post = (own: Partial<ServingPorts>, payload: unknown, url = '/v1/events', headers: Record<string, string> = {}) =>
  buildApp(quietPorts(own)).inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })

describe('POST /v1/events', () => {
  test('one event and a batch both reach the log as they came', async () => {
    const { ingest, calls } = recording()
    await post({ ingest }, click)
    await post({ ingest }, { batch: [click, 7, null, { type: 'nonsense' }] })
    expect(calls).toEqual([
      ['submit', [click], { wait: false, requestId: expect.any(String) }],
      ['submit', [click, 7, null, { type: 'nonsense' }], { wait: false, requestId: expect.any(String) }],
    ])
  })

  test('an event keeps a field of its own that is called batch', async () => {
    const { ingest, calls } = recording()
    await post({ ingest }, { ...click, batch: ['b12'] })
    expect(calls[0]?.[1]).toEqual([{ ...click, batch: ['b12'] }])
  })

  test('numbers and unknown fields are neither coerced nor dropped on the way', async () => {
    const { ingest, calls } = recording()
    await post({ ingest }, { ...click, id: 7, extra: { deep: [1e308, -0.1] } })
    expect(calls[0]?.[1]).toEqual([{ ...click, id: 7, extra: { deep: [1e308, -0.1] } }])
  })

  test('a poisoned key goes, its event and its neighbours stay', async () => {
    const { ingest, calls } = recording()
    const response = await post(
      { ingest },
      `{"batch":[{"type":"click","__proto__":{"admin":true},"constructor":{"prototype":{}}},{"type":"click"}]}`,
    )
    expect(response.statusCode).toBe(202)
    expect(calls[0]?.[1]).toEqual([{ type: 'click' }, { type: 'click' }])
  })

  test('accepted and rejected are told with 202, with wait=applied and applied with 200 and a position', async () => {
    const rejected = [{ index: 1, code: 'field_invalid', message: 'no', pointer: '/lines/0/quantity' }]
    const first = await post(recording({ accepted: 0, rejected }), click)
    expect([first.statusCode, first.json()]).toEqual([202, { accepted: 0, rejected }])

    const { ingest, calls } = recording({ applied: true, position: 'p1' })
    const second = await post({ ingest }, click, '/v1/events?wait=applied')
    expect([second.statusCode, second.json()]).toEqual([200, { accepted: 1, rejected: [], position: 'p1' }])
    expect(calls[0]?.[2]).toEqual({ wait: true, requestId: expect.any(String) })

    const nothing = await post(recording({ accepted: 0, rejected, applied: true }), click, '/v1/events?wait=applied')
    expect(nothing.statusCode).toBe(202)
    expect((await post(recording({ applied: true }), click)).statusCode).toBe(202)

    const late = await post(recording({ applied: false, position: 'p1' }), click, '/v1/events?wait=applied')
    expect([late.statusCode, late.json().position]).toEqual([202, 'p1'])
  })

  test('2,000 events are taken and 2,001 are 413 batch_too_large', async () => {
    const batch = Array.from({ length: 2_000 }, () => click)
    expect((await post({}, { batch })).json().accepted).toBe(2_000)
    const { ingest, calls } = recording()
    const response = await post({ ingest }, { batch: [...batch, click] })
    expect([response.statusCode, response.json().code]).toEqual([413, 'batch_too_large'])
    expect(calls).toEqual([])
  })

  test('a conversation counts as the messages it has', async () => {
    const talk = (messages: number) => ({ user_id: 'ada', messages: Array.from({ length: messages }, () => ({ role: 'user' })) })
    const { ingest, calls } = recording()
    expect((await post({ ingest }, talk(2_000))).statusCode).toBe(202)
    expect(calls[0]?.[1]).toEqual([talk(2_000)])
    for (const body of [talk(2_001), { batch: [talk(1_000), click, talk(1_000)] }])
      expect((await post({ ingest }, body)).json()).toMatchObject({ status: 413, code: 'batch_too_large' })
    expect(calls).toHaveLength(1)
  })

  test.each(['{"type":', '', '{"a":1}}', "{'a':1}", 'NaN', '\u0000'])('broken JSON %j is 400 json_invalid', async payload => {
    const response = await post({}, payload)
    expect([response.statusCode, response.json().code]).toEqual([400, 'json_invalid'])
  })

  test.each(['/v1/events', '/v1/track', '/v1/identify', '/sms/requests'])(
    'a body to %s that is no UTF-8 is refused, before ids that differ become one',
    async url => {
      const payload = Buffer.from(JSON.stringify({ ...click, customerId: 'utf\xfe' }), 'latin1')
      const { ingest, calls } = recording()
      const headers = { 'content-type': 'application/json; charset=utf-8' }
      const response = await buildApp(quietPorts({ ingest })).inject({ method: 'POST', url, headers, payload })
      expect([response.statusCode, response.json()]).toMatchObject([
        400,
        { code: 'json_invalid', detail: expect.stringMatching(/UTF-8/) },
      ])
      expect(calls).toEqual([])
    },
  )

  test.each(['[]', '"click"', '7', 'null', '{"batch":"all"}', '{"batch":{}}', '{"batch":null}'])(
    '%s cannot hold events: 400',
    async payload => {
      const response = await post({}, payload)
      expect([response.statusCode, response.json().code]).toEqual([400, 'event_invalid'])
    },
  )

  test('a body that is not declared as JSON is 415, so that no page of another site can post by a plain form', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const response = await post({}, click, '/v1/events', { 'content-type': type })
      expect([response.statusCode, response.json().code]).toEqual([415, 'media_type_unsupported'])
    }
  })

  test.each(['?wait=forever', '?wait='])('%s is refused', async query => {
    const response = await post({}, click, `/v1/events${query}`)
    expect([response.statusCode, response.json().code]).toEqual([400, 'query_invalid'])
  })

  test.each(['log_unavailable', 'overloaded'] as const)('%s is a 503 problem with Retry-After', async unavailable => {
    const ingest: Ingest = { ...recording().ingest, submit: async () => ({ unavailable, retryAfterSeconds: 3 }) }
    const response = await post({ ingest }, click)
    expect([response.statusCode, response.json().code, response.headers['retry-after']]).toEqual([503, unavailable, '3'])
  })
})

describe('under load', () => {
  /** An ingest that answers when it is told. */
  function stuck() {
    const waiting: (() => void)[] = []
    const submit = () =>
      new Promise<IngestAnswer>(resolve => waiting.push(() => resolve({ accepted: 1, rejected: [], applied: false })))
    return { waiting, ingest: { ...recording().ingest, submit } }
  }

  test.each([
    ['requests', { requests: 2, bytes: 1e9 }],
    ['bytes', { requests: 100, bytes: 2 * Buffer.byteLength(JSON.stringify(click)) }],
  ])('more %s than may be under way are told to come back, and there is room again after the answers', async (_, load) => {
    const { ingest, waiting } = stuck()
    const app = buildApp(quietPorts({ ingest, load }))
    const send = () => app.inject({ method: 'POST', url: '/v1/events', payload: click })
    const first = [send(), send()]
    await expect.poll(() => waiting.length).toBe(2)
    const refused = await send()
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([503, 'overloaded', '1'])
    for (const answer of waiting.splice(0)) answer()
    expect((await Promise.all(first)).map(response => response.statusCode)).toEqual([202, 202])
    const third = send()
    await expect.poll(() => waiting.length).toBe(1)
    waiting[0]?.()
    expect((await third).statusCode).toBe(202)
  })
})

describe('over a socket', () => {
  let app: ReturnType<typeof buildApp> | undefined
  afterEach(() => app?.close())

  test('a 6 MB body is 413 that the client gets to read, declared or not', async () => {
    app = buildApp(quietPorts())
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const body = Buffer.alloc(6 * 1024 * 1024, 0x20)
    for (const headers of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }]) {
      const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        const sent = request({
          port,
          host: '127.0.0.1',
          path: '/v1/events',
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
        })
        sent.on('error', reject)
        sent.on('response', response => {
          const chunks: Buffer[] = []
          response
            .on('data', chunk => chunks.push(chunk))
            .on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }))
        })
        sent.end(body)
      })
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'body_too_large'])
    }
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
  })

  test('a client that goes away gives its place back', async () => {
    const arrived: unknown[] = []
    const ingest = {
      ...recording().ingest,
      submit: (raw: readonly unknown[]) => {
        arrived.push(raw)
        return new Promise<IngestAnswer>(() => {})
      },
    }
    app = buildApp(quietPorts({ ingest, load: { requests: 1, bytes: 1e9 } }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1/events`
    for (let i = 1; i <= 3; i++) {
      const gone = new AbortController()
      await expect
        .poll(async () => {
          const sent = fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(click),
            signal: gone.signal,
          })
          sent.catch(() => {})
          await Promise.race([sent, new Promise(resolve => setTimeout(resolve, 50))])
          return arrived.length
        })
        .toBeGreaterThanOrEqual(i) // of two that were sent while nobody listened the second may be met after its client went, and counts
      gone.abort()
    }
  })

  test('so do posts that wait behind another on one connection', async () => {
    let arrived = 0
    const ingest = {
      ...recording().ingest,
      submit: () => {
        arrived++
        return new Promise<IngestAnswer>(() => {})
      },
    }
    app = buildApp(quietPorts({ ingest, load: { requests: 3, bytes: 1e9 } }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const post = 'POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'
    for (const expected of [3, 6]) {
      const client = connect(port, '127.0.0.1', () => client.write(post.repeat(3)))
      await expect.poll(() => arrived).toBe(expected)
      const closed = once(client, 'close')
      client.destroy()
      await closed
      await expect.poll(() => new Promise(resolve => app?.server.getConnections((_, count) => resolve(count)))).toBe(0)
    }
  })
})

describe("Segment's calls", () => {
  test.each(['track', 'identify'] as const)('/v1/%s hands the call over as it came', async call => {
    const { ingest, calls } = recording()
    const body = { userId: 'u1', messageId: 'm1', event: 'Order Completed', properties: { products: [] } }
    const response = await post({ ingest }, body, `/v1/${call}?wait=applied`)
    expect([response.statusCode, response.json()]).toEqual([202, { accepted: 1, rejected: [] }])
    expect(calls).toEqual([[call, body, { wait: true, requestId: expect.any(String) }]])
  })

  test('a call that is no object is 400', async () => {
    expect((await post({}, '[]', '/v1/track')).json().code).toBe('event_invalid')
  })
})
