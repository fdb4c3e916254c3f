import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../infra/config.ts'
import { jsonLogger } from '../../infra/logger.ts'
import { events, purchases, topics } from '../../schemas/topics.ts'
import { type OtlpReceiver, otlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts'
import { readTopic } from '../support/read-topic.ts'
import type { Deployment, Wanted } from '../support/scratch-deployment.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }
const PHONE = '+923001234567'
const CUSTOMER = 'ada-lovelace'

/** A trace that somebody began before they called us. */
const theirs = (flags: '00' | '01') => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` }
}
const purchase = (id: string) => ({
  type: 'purchase',
  id,
  customerId: CUSTOMER,
  orderId: `order-${id}`,
  occurredAt: '2026-01-01T12:00:00.000Z',
  lines: [
    { productId: 'tea', quantity: 1, unitPrice: '2.50' },
    { productId: 'cup', quantity: 1, unitPrice: '9.00' },
  ],
})

/** The trace of an event, on whatever log and database it is given. */
export function tracing(name: string, deploy: (wanted: Wanted) => Promise<Deployment>): void {
  describe(name, () => {
    const lines: string[] = []
    let receiver: OtlpReceiver
    let deployment: Deployment
    let here: TarangHere
    const start = (more: Readonly<Record<string, string>>) =>
      startHere(readConfig({ ...deployment.settings, ...more }), jsonLogger('debug', { write: line => void lines.push(line) }))

    beforeAll(async () => {
      receiver = await otlpReceiver({ key: 'a-key' })
      deployment = await deploy({})
      here = await start({
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a-key',
        OTEL_SERVICE_NAME: 'the-shop',
      })
    })
    afterAll(async () => {
      await here?.stop()
      await deployment?.dispose()
      await receiver?.close()
    })

    const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      here.post(path, body, { 'content-type': 'application/json', ...headers })
    const spansOf = (traceId: string) => receiver.spans().filter(span => span.traceId === traceId)
    /** One span, by its name and its processor; found where there is exactly one. */
    const only = (spans: readonly ReceivedSpan[], name: string, processor?: string) => {
      const found = spans.filter(span => span.name === name && span.attributes['tarang.processor'] === processor)
      expect(
        found.map(one => one.name),
        name,
      ).toEqual([name])
      return found[0]!
    }
    const traced = async () => {
      const told = await Promise.all(topics.map(topic => readTopic(here.tarang.engine, topic)))
      return told.flat().map(({ record }) => record.headers.traceparent ?? 'none')
    }
    const lineOf = (requestId: string) => lines.map(line => JSON.parse(line)).filter(line => line.requestId === requestId)

    test('a posted purchase is one trace, from the request over every fold to the stored recommendation, each a child of what led to it', async () => {
      const caller = theirs('01')
      await post('/v1/events?wait=applied', purchase('p1'), { traceparent: caller.traceparent, 'x-request-id': 'req-p1' })
      await vi.waitFor(() => only(spansOf(caller.traceId), 'send recommendations'), PATIENCE)
      await vi.waitFor(() => only(spansOf(caller.traceId), 'process rfm-deltas', 'ranking'), PATIENCE)
      await vi.waitFor(() => only(spansOf(caller.traceId), 'POST /v1/events'), PATIENCE)
      const spans = spansOf(caller.traceId)

      const request = only(spans, 'POST /v1/events')
      const sent = only(spans, 'send events')
      const folded = only(spans, 'process events', 'customers')
      const scored = only(spans, 'process customer-changes', 'scorer')
      const answer = only(spans, 'send recommendations')
      expect([request, sent, folded, scored, answer].map(span => span.parentSpanId)).toEqual([
        caller.spanId,
        request.spanId,
        sent.spanId,
        folded.spanId,
        scored.spanId,
      ])
      expect(only(spans, 'process rfm-deltas', 'ranking').parentSpanId).toBe(folded.spanId)
      expect(spans.filter(span => span.name === 'process item-events').map(span => span.parentSpanId)).toContain(folded.spanId)
      expect([request, sent, folded, answer].map(span => span.kind)).toEqual(['server', 'producer', 'consumer', 'producer'])

      const { recommendationId } = (await here.get(`/recommendations/${CUSTOMER}`)).body
      expect(answer.attributes['messaging.message.id']).toBe(recommendationId)
      for (const span of [sent, folded]) expect(span.attributes['messaging.message.id']).toBe('p1')
      expect(folded.attributes).toMatchObject({
        'messaging.system': deployment.mode === 'stack' ? 'kafka' : 'tarang',
        'messaging.destination.name': here.tarang.engine.names.of(events),
      })
      expect(request.attributes).toMatchObject({ 'http.response.status_code': 200, 'tarang.request.id': 'req-p1' })
      expect(new Set(spans.map(span => span.service))).toEqual(new Set(['the-shop']))
      expect(spans.filter(span => span.failure !== undefined)).toEqual([])
      expect(receiver.text()).not.toContain(CUSTOMER)
    })

    test('a shop that publishes by Kafka goes on with the trace of its own record', async () => {
      const { log, names } = here.tarang.engine
      const caller = theirs('01')
      const value = Buffer.from(JSON.stringify(purchase('by-kafka')))
      const record = { topic: names.of(purchases), partition: 0, key: null, value, timestamp: Date.parse('2026-01-01') }
      await log.publish([{ ...record, headers: { traceparent: caller.traceparent } }])
      await vi.waitFor(() => only(spansOf(caller.traceId), 'send recommendations'), PATIENCE)
      const spans = spansOf(caller.traceId)
      const taken = only(spans, 'process purchases', 'intake-purchases')
      expect(taken.parentSpanId).toBe(caller.spanId)
      expect(only(spans, 'process events', 'customers').parentSpanId).toBe(taken.spanId)
    })

    test('the lines that tell of a traced request, and of what was folded of it, have the id of its trace', async () => {
      const caller = theirs('01')
      await post('/v1/events?wait=applied', purchase('p2'), { traceparent: caller.traceparent, 'x-request-id': 'req-p2' })
      expect(lineOf('req-p2').map(({ traceId }) => traceId)).toEqual([caller.traceId])
      const folded = lines.map(line => JSON.parse(line)).filter(line => line.eventId === 'p2')
      expect(folded.map(({ msg, traceId }) => [msg, traceId])).toEqual([['folded', caller.traceId]])
    })

    test('a request whose caller does not sample leaves no span, and no trace on any record', async () => {
      const caller = theirs('00')
      const before = await traced()
      await post('/v1/events?wait=applied', purchase('p3'), { traceparent: caller.traceparent, 'x-request-id': 'req-p3' })
      await post('/v1/events?wait=applied', purchase('marker'))
      await vi.waitFor(
        () => expect(receiver.spans().map(span => span.attributes['messaging.message.id'])).toContain('marker'),
        PATIENCE,
      )
      expect(spansOf(caller.traceId)).toEqual([])
      const records = await traced()
      expect(records.length).toBeGreaterThan(before.length)
      expect(records.filter(trace => trace.includes(caller.traceId))).toEqual([])
      expect(lineOf('req-p3').map(line => 'traceId' in line)).toEqual([false])
    })

    test('an event that comes again is a span that says so, and leads nowhere', async () => {
      const caller = theirs('01')
      await post('/v1/events?wait=applied', purchase('p1'), { traceparent: caller.traceparent })
      await vi.waitFor(() => only(spansOf(caller.traceId), 'process events', 'customers'), PATIENCE)
      const again = only(spansOf(caller.traceId), 'process events', 'customers')
      expect(again.attributes['tarang.outcome']).toBe('duplicate')
      expect(spansOf(caller.traceId).filter(span => span.parentSpanId === again.spanId)).toEqual([])
    })

    test('a text is one trace, from its request over the ledger to the gateway and every result, without its number or its words', async () => {
      const caller = theirs('01')
      const text = { id: 'sms-1', to: PHONE, text: 'Your code is saffron', class: 'transactional' }
      await post('/sms/requests', text, { traceparent: caller.traceparent, 'x-request-id': 'req-sms' })
      const results = () => spansOf(caller.traceId).filter(span => span.name === 'send sms-results')
      const told = () =>
        results().reduce((sum, { attributes }) => sum + Number(attributes['messaging.batch.message_count'] ?? 1), 0)
      await vi.waitFor(() => expect(told()).toBe(4), PATIENCE)
      await vi.waitFor(() => only(spansOf(caller.traceId), 'submit sms'), PATIENCE)
      const spans = spansOf(caller.traceId)
      const request = only(spans, 'POST /sms/requests')
      const sent = only(spans, 'send sms-requests')
      const submitted = only(spans, 'submit sms')
      expect([request, sent].map(span => span.parentSpanId)).toEqual([caller.spanId, request.spanId])
      expect(only(spans, 'process sms-requests', 'sms').parentSpanId).toBe(sent.spanId)
      expect(submitted).toMatchObject({ kind: 'client', parentSpanId: sent.spanId, failure: undefined })
      expect(submitted.attributes).toMatchObject({ 'tarang.sms.id': 'sms-1', 'tarang.outcome': 'submitted' })
      for (const result of results()) expect(result.parentSpanId).toBe(sent.spanId)
      expect(lineOf('req-sms').map(({ traceId }) => traceId)).toEqual([caller.traceId])
      expect(receiver.text()).not.toContain(PHONE.slice(1))
      expect(receiver.text()).not.toContain('saffron')
    })

    test('with tracing off nothing is exported and no record has a trace, whatever the caller sends', async () => {
      await here.stop()
      const [exported, before] = [receiver.spans().length, (await stopped()).length]
      here = await start({})
      const caller = theirs('01')
      await post('/v1/events?wait=applied', purchase('p9'), { traceparent: caller.traceparent })
      const records = await traced()
      expect(records.length).toBeGreaterThan(before)
      expect(records.filter(trace => trace.includes(caller.traceId))).toEqual([])
      await here.stop()
      expect(receiver.spans()).toHaveLength(exported)
      here = await start({})
    })

    /** What is on the log, asked of an instance that only looks. */
    async function stopped(): Promise<string[]> {
      here = await start({})
      try {
        return await traced()
      } finally {
        await here.stop()
      }
    }
  })
}
