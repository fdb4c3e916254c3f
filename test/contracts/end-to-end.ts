import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { campaignTies } from '../../infra/similar/campaign-ties.ts'
import { events, smsResults } from '../../schemas/topics.ts'
import { readTopic } from '../support/read-topic.ts'
import type { Deployment, Wanted } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const PHONE = '+923001234567'
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString()
const purchase = (customerId: string, id: string, ...productIds: string[]) => ({
  type: 'purchase',
  id,
  customerId,
  orderId: `order-${id}`,
  occurredAt: at(1),
  lines: productIds.map(productId => ({ productId, quantity: 2, unitPrice: '12.50' })),
})

/** The whole way of an event, on whatever log and database it is given: state, recommendation, text, result. */
export function endToEnd(name: string, deploy: (wanted: Wanted) => Promise<Deployment>): void {
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'tarang-gateway-'))
    let gateway: TestGateway
    let deployment: Deployment
    let here: TarangHere

    beforeAll(async () => {
      gateway = await startGateway(join(folder, 'submitted.jsonl'))
      deployment = await deploy({ gatewayUrl: gateway.url })
      here = await startHere(deployment.config)
    })
    afterAll(async () => {
      await here?.stop()
      await deployment?.dispose()
      await gateway?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    const applied = async (...batch: unknown[]) => {
      const answer = await here.post('/v1/events?wait=applied', { batch })
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, body: { accepted: batch.length, rejected: [] } })
    }
    const told = async <T extends typeof events | typeof smsResults>(topic: T) =>
      (await readTopic(here.tarang.engine, topic)).map(({ value }) => value)

    test('a purchase posted over HTTP shows in the customer, in a new recommendation, and in a text at the gateway with its result on the log', async () => {
      await applied(
        { type: 'product', id: 'p1', occurredAt: at(0), productId: 'cup', name: 'Cup' },
        ...['bob', 'cyd', 'dan'].map(customerId => purchase(customerId, `first-${customerId}`, 'tea', 'cup')),
        { type: 'profile', id: 'f1', customerId: 'ada', occurredAt: at(0), traits: { firstName: 'Ada', phone: '0300 1234567' } },
        { type: 'consent', id: 'k1', customerId: 'ada', occurredAt: at(0), channel: 'sms', state: 'granted' },
      )
      expect((await here.get('/recommendations/ada')).body).toMatchObject({ coldStart: true })

      await applied(purchase('ada', 'bought', 'tea'))
      expect((await here.get('/customers/ada')).body).toMatchObject({
        rfm: { frequency: 1, monetary: '25.00', monetaryNet: '25.00', lastPurchaseAt: at(1) },
        profile: { firstName: 'Ada', phone: PHONE },
        consent: { sms: 'granted' },
      })
      const list = (await here.get('/recommendations/ada')).body
      expect(list).toMatchObject({
        customerId: 'ada',
        coldStart: false,
        recommendationId: expect.stringMatching(/^rec_/),
        items: [
          {
            productId: 'cup',
            name: 'Cup',
            reasons: [
              { strategy: 'collaborative', because: ['tea'] },
              { strategy: 'cross-sell', because: ['tea'] },
              { strategy: 'trending' },
            ],
          },
        ],
      })

      const request = { id: 'thanks-1', customerId: 'ada', text: 'آپ کی چائے آ گئی', class: 'marketing' }
      expect(await here.post('/sms/requests', request)).toMatchObject({ status: 202, body: { id: 'thanks-1', status: 'queued' } })
      await vi.waitFor(async () => expect((await here.get('/sms/requests/thanks-1')).body.status).toBe('submitted'), {
        timeout: 20_000,
        interval: 50,
      })
      expect(gateway.submitted()).toMatchObject([{ to: PHONE, text: request.text }])
      const { parts, encoding, history } = (await here.get('/sms/requests/thanks-1')).body
      expect([parts, encoding]).toEqual([1, 'UCS-2'])
      expect(history.map(({ status }: { status: string }) => status)).toEqual(['queued', 'claimed', 'submitting', 'submitted'])

      const ours = (all: readonly unknown[]) =>
        (all as { status: string; requestId: string }[])
          .filter(({ requestId }) => requestId === 'thanks-1')
          .map(({ status }) => status)
      await vi.waitFor(async () => expect(ours(await told(smsResults))).toContain('submitted'), {
        timeout: 20_000,
        interval: 100,
      })
      await vi.waitFor(
        async () =>
          expect(ours((await told(events)).filter(event => event.type === 'sms' && event.customerId === 'ada'))).toContain(
            'submitted',
          ),
        {
          timeout: 20_000,
          interval: 100,
        },
      )
      expect(JSON.stringify(await told(events))).not.toMatch(/1234567|Ada/)

      expect(await here.post('/sms/requests', request)).toMatchObject({
        status: 200,
        body: { id: 'thanks-1', status: 'submitted' },
      })
      expect(gateway.submitted()).toHaveLength(1)
    })

    test('a text without consent goes to nobody, and says why', async () => {
      await here.post('/sms/requests', { id: 'unwanted', customerId: 'bob', text: 'Sale!', class: 'marketing' })
      await vi.waitFor(
        async () =>
          expect((await here.get('/sms/requests/unwanted')).body).toMatchObject({ status: 'suppressed', reason: 'no_phone' }),
        {
          timeout: 20_000,
          interval: 50,
        },
      )
      expect(gateway.submitted().map(({ text }) => text)).not.toContain('Sale!')
    })

    test('STOP holds for the phone from its answer on, whoever is texted, until START', async () => {
      const phone = '+923335550001'
      const known = (customerId: string) => ({
        type: 'profile',
        id: `f-${customerId}`,
        customerId,
        occurredAt: at(0),
        traits: { phone },
      })
      const consent = { type: 'consent', id: 'k-sid', customerId: 'sid', occurredAt: at(0), channel: 'sms', state: 'granted' }
      await applied(known('sid'), known('sis'), consent)
      const says = (id: string, text: string, minute: number) =>
        here.post('/v1/events', {
          type: 'message',
          id,
          customerId: 'sid',
          occurredAt: at(minute),
          direction: 'in',
          channel: 'sms',
          text,
        })
      const becomes = (id: string, status: object) =>
        vi.waitFor(async () => expect((await here.get(`/sms/requests/${id}`)).body).toMatchObject(status), {
          timeout: 20_000,
          interval: 50,
        })
      const opted = { status: 'suppressed', reason: 'opted_out' }

      await says('stop', ' Band kar do! ', 5)
      await here.post('/sms/requests', { id: 'm1', customerId: 'sid', text: 'After STOP', class: 'marketing' })
      await here.post('/sms/requests', { id: 't1', customerId: 'sis', text: 'After STOP', class: 'transactional' })
      await here.post('/sms/requests', { id: 't2', to: phone, text: 'After STOP', class: 'transactional' })
      for (const id of ['m1', 't1', 't2']) await becomes(id, opted)
      await applied({ ...consent, id: 'k-again', occurredAt: at(6) }) // lifts nothing
      await here.post('/sms/requests', { id: 'm2', customerId: 'sid', text: 'After STOP', class: 'marketing' })
      await becomes('m2', opted)
      expect(gateway.submitted().map(({ text }) => text)).not.toContain('After STOP')

      await says('start', 'شروع کریں', 7)
      await here.post('/sms/requests', { id: 'm3', customerId: 'sid', text: 'Back', class: 'marketing' })
      await becomes('m3', { status: 'submitted' })
      const { texts } = (await here.get('/customers/sid/texts')).body
      expect(texts.map(({ id, reason }: { id: string; reason: string | null }) => [id, reason])).toEqual([
        ['m3', null],
        ['m2', 'opted_out'],
        ['m1', 'opted_out'],
      ])
      expect(texts[0].phone).toBe('+92•••••01')
    })

    test('STOP that comes together with the phone it is for is not lost', async () => {
      const tess = { customerId: 'tess', occurredAt: at(0) }
      await applied(
        { type: 'message', id: 'stop', ...tess, direction: 'in', channel: 'sms', text: 'STOP' },
        { type: 'profile', id: 'f', ...tess, traits: { phone: '+923335550002' } },
      )
      await here.post('/sms/requests', { id: 'tess-1', customerId: 'tess', text: 'After STOP', class: 'transactional' })
      await vi.waitFor(async () => expect((await here.get('/sms/requests/tess-1')).body.reason).toBe('opted_out'), {
        timeout: 20_000,
        interval: 50,
      })
    })

    test('of texts asked for at once under one id the one that is sent is answered 202, the others 200 with it', async () => {
      const body = { id: 'race', to: PHONE, class: 'transactional' }
      const texts = ['Race one', 'Race two', 'Race three']
      const answers = await Promise.all(texts.map(text => here.post('/sms/requests', { ...body, text })))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 202])
      for (const { body } of answers) expect(body.id).toBe('race')
      const raced = () => gateway.submitted().filter(({ text }) => text.startsWith('Race'))
      await vi.waitFor(() => expect(raced()).toHaveLength(1), { timeout: 20_000, interval: 50 })
      expect(raced()[0]?.text).toBe(texts[answers.findIndex(({ status }) => status === 202)])
    })

    test('customers nobody knows have lists of their own: one id, one list', async () => {
      const [one, two] = [await here.get('/recommendations/stranger-1'), await here.get('/recommendations/stranger-2')]
      expect([one.body.coldStart, two.body.coldStart]).toEqual([true, true])
      expect(one.body.items.length).toBeGreaterThan(0)
      expect(one.body.recommendationId).not.toBe(two.body.recommendationId)
    })

    test('who reads after the position of their own write sees it, each time', async () => {
      for (let n = 1; n <= 15; n++) {
        const { status, body } = await here.post('/v1/events', purchase('eve', `e${n}`, `product-${n}`))
        expect(status).toBe(202)
        const [customer, list] = await Promise.all([
          here.get(`/customers/eve?after=${body.position}`),
          here.get(`/recommendations/eve?after=${body.position}`),
        ])
        expect(customer.body).toMatchObject({ rfm: { frequency: n } })
        expect(list.body).toMatchObject({
          coldStart: expect.any(Boolean),
          recommendationId: expect.stringMatching(/^rec_[0-9a-f]{24}$/),
        })
      }
    })

    test('a conversation posted beside an event is felt, kept sealed, and ties its customer to its campaign; sent again with more said only that is new', async () => {
      const said = (text: string, role = 'user') => ({ role, text })
      const talk = (...messages: object[]) => ({ user_id: 'zoe', campaign_id: 'spring', timestamp: at(2), messages })
      const first = [said('I want to buy two of these, please take my order'), said('Gladly.', 'assistant')]
      const post = async (...batch: object[]) => (await here.post('/v1/events?wait=applied', { batch })).body
      const view = { type: 'click', id: 'v1', customerId: 'zoe', occurredAt: at(1), kind: 'view', productId: 'cup' }

      expect(await post(talk(...first, said('?', 'parrot')), view)).toMatchObject({
        accepted: 3,
        rejected: [{ index: 0, code: 'field_invalid', pointer: '/messages/2/role' }],
      })
      expect((await here.get('/customers/zoe')).body).toMatchObject({ sentiment: { label: expect.any(String) } })
      const { recommendationId } = (await here.get('/recommendations/zoe')).body

      expect(await post(talk(...first, said('It came broken, I want my money back!')))).toMatchObject({
        accepted: 3,
        rejected: [],
      })
      expect((await here.get('/recommendations/zoe')).body.recommendationId).not.toBe(recommendationId)
      const { sql } = here.tarang.engine
      expect(await campaignTies(sql, ['zoe'])).toMatchObject([
        { campaignId: 'spring', intent: null, inbound: 0 },
        { intent: 'buy', inbound: 1 },
        { intent: expect.stringMatching(/return_or_refund|complaint/), inbound: 1 },
      ])
      const documents = await sql.query("SELECT direction, intent, body FROM documents WHERE customer_id = 'zoe' ORDER BY at")
      expect(documents.map(({ direction, intent }) => [direction, intent === null])).toEqual([
        ['in', false],
        ['out', true],
        ['in', false],
      ])
      expect(JSON.stringify(documents)).not.toMatch(/broken|Gladly/)
    })

    test('the same events sent again change nothing', async () => {
      const facts = async () => {
        const { rfm, affinities } = (await here.get('/customers/ada?asOf=2026-02-01')).body
        return [rfm.frequency, rfm.monetary, rfm.recencyDays, affinities]
      }
      const before = await facts()
      await applied(purchase('ada', 'bought', 'tea'), purchase('ada', 'bought', 'gold'))
      expect(await facts()).toEqual(before)
    })

    test('once cuts are published everybody with a purchase has a segment', async () => {
      await vi.waitFor(
        async () => {
          const { segments } = (await here.get('/segments')).body as { segments: { name: string; customers: number }[] }
          expect(segments.reduce((sum, { customers }) => sum + customers, 0)).toBe(5)
        },
        { timeout: 20_000, interval: 100 },
      )
      expect((await here.get('/customers/ada')).body.rfm).toMatchObject({
        r: 1,
        cutsVersion: expect.any(Number),
        segment: expect.any(String),
      })
    })
  })
}
