import { describe, expect, test } from 'vitest'
import { buildApp, type ServingPorts } from '../../serving/app.ts'
import type { SmsRequests, SmsRequestView } from '../../serving/ports/sms-requests.ts'
import { quietPorts } from './fake-ports.ts'

const body = { id: 's1', customerId: '17850', text: 'سلام', class: 'marketing' }
const known: SmsRequestView = { id: 's1', status: 'submitted', parts: 1, encoding: 'UCS-2', attempts: [], history: [] }
const smsOf = (submit: SmsRequests['submit']): Partial<ServingPorts> => ({ sms: { submit, get: async () => undefined } })
const post = (own: Partial<ServingPorts>, payload: object) =>
  buildApp(quietPorts(own)).inject({ method: 'POST', url: '/sms/requests', payload })

describe('POST /sms/requests', () => {
  test('a new request is 202 with where to read on, the same id again is 200 with the first', async () => {
    const queued = await post(
      smsOf(async () => ({ outcome: 'queued', position: 'p1' })),
      body,
    )
    expect([queued.statusCode, queued.json()]).toEqual([202, { id: 's1', status: 'queued', position: 'p1' }])
    const again = await post(
      smsOf(async () => ({ outcome: 'known', request: known })),
      body,
    )
    expect([again.statusCode, again.json()]).toEqual([200, known])
  })

  test.each([
    [{ ...body, class: 'spam' }, '/class'],
    [{ ...body, id: 7 }, '/id'],
    [{ ...body, id: undefined }, '/id'],
    [{ ...body, customerId: 7 }, '/customerId'],
    [{ ...body, text: null }, '/text'],
    [{ ...body, text: '' }, '/text'],
    [{ ...body, text: 'x'.repeat(1601) }, '/text'],
  ])('%o is refused, and the pointer says where', async (payload, pointer) => {
    const response = await post(
      smsOf(async () => Promise.reject(new Error('must not come here'))),
      payload,
    )
    expect([response.statusCode, response.json().code]).toEqual([400, 'body_invalid'])
    expect(response.json().errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  test.each([
    { ...body, customerId: null, to: '+923001234567' },
    { ...body, to: null, campaignId: null, link: null },
  ])('what is null is as good as absent: %o', async payload => {
    const response = await post(
      smsOf(async () => ({ outcome: 'queued' })),
      payload,
    )
    expect(response.statusCode).toBe(202)
  })

  test('a field of its own is let be', async () => {
    const response = await post(
      smsOf(async () => ({ outcome: 'queued' })),
      { ...body, extra: { a: 1 } },
    )
    expect(response.statusCode).toBe(202)
  })

  test('what the phone book refuses, and a log out of reach, are problems', async () => {
    const refused = await post(
      smsOf(async () => ({ refused: 'phone_invalid', message: 'Too short.', pointer: '/to' })),
      body,
    )
    expect([refused.statusCode, refused.json()]).toMatchObject([400, { code: 'phone_invalid', errors: [{ pointer: '/to' }] }])
    const away = await post(
      smsOf(async () => ({ unavailable: 'log_unavailable', retryAfterSeconds: 2 })),
      body,
    )
    expect([away.statusCode, away.json().code, away.headers['retry-after']]).toEqual([503, 'log_unavailable', '2'])
  })
})

describe('GET /sms/requests/:id', () => {
  const get = (id: string) => {
    const sms: SmsRequests = {
      submit: async () => ({ outcome: 'queued' }),
      get: async asked => (asked === known.id ? known : undefined),
    }
    return buildApp(quietPorts({ sms })).inject(`/sms/requests/${id}`)
  }

  test('tells what became of a text', async () => {
    const response = await get('s1')
    expect([response.statusCode, response.json()]).toEqual([200, known])
  })

  test('an unknown id is a 404 problem', async () => {
    const response = await get('nothing')
    expect([response.statusCode, response.json().code]).toEqual([404, 'sms_unknown'])
  })
})
