import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, type ServingPorts } from '../../serving/app.ts'
import { sqlSmsRequest } from '../../serving/lookups/sms-requests.ts'
import type { SmsRequests, SmsRequestView } from '../../serving/ports/sms-requests.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import type { Sql } from '../../streams/sql.ts'
import { NOW, quietPorts, standingClock } from './fake-ports.ts'
import { lookupDatabase } from './lookup-database.ts'

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
    [{ ...body, text: '' }, '/text'],
    [{ ...body, text: 'x'.repeat(1601) }, '/text'],
    [{ ...body, link: 'javascript:alert(1)' }, '/link'],
    [{ ...body, to: '+923001234567' }, '/customerId'],
    [{ ...body, customerId: undefined }, '/customerId'],
  ])('%o is refused, and the pointer says where', async (payload, pointer) => {
    const response = await post(
      smsOf(async () => Promise.reject(new Error('must not come here'))),
      payload,
    )
    expect([response.statusCode, response.json().code]).toEqual([400, 'body_invalid'])
    expect(response.json().errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
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
  let sql: Sql
  beforeAll(async () => {
    sql = await lookupDatabase()
  })
  afterAll(() => sql.close())
  const get = (id: string) => {
    const sms = {
      submit: async () => ({ outcome: 'queued' as const }),
      get: sqlSmsRequest(sql, sqlKeyring(sql, standingClock())),
    }
    return buildApp(quietPorts({ sms })).inject(`/sms/requests/${id}`)
  }
  const putRequest = async (id: string, status: string, reason: string | null) => {
    const keyring = sqlKeyring(sql, standingClock())
    await keyring.create(['17850'])
    await sql.query(
      `INSERT INTO sms_ledger (id, partition, customer_id, class, owner, sealed, requested_at, result_key, status, reason, link)
       VALUES ($1, 0, '17850', 'marketing', '17850', $2, $3, $1, $4, $5, 'https://a.pk/x')`,
      [id, keyring.seal('17850', id, { text: 'سلام' }), NOW, status, reason],
    )
  }
  const putResult = (requestId: string, n: number, status: string, attempt: number, detail: string | null = null) =>
    sql.query(
      `INSERT INTO sms_results (id, partition, request_id, n, customer_id, status, detail, attempt, at) VALUES ($1, 0, $2, $3, '17850', $4, $5, $6, $7)`,
      [`${requestId}.${n}`, requestId, n, status, detail, attempt, NOW + n * 1000],
    )

  test('tells status, parts of the text as it is sent, each attempt and the whole history', async () => {
    await putRequest('s1', 'submitted', null)
    const steps = ['queued', 'claimed', 'submitting', 'queued', 'claimed', 'submitting', 'submitted']
    for (const [n, status] of steps.entries())
      await putResult('s1', n, status, n < 2 ? 0 : n < 5 ? 1 : 2, n === 3 ? 'ECONNREFUSED' : null)
    const response = await get('s1')
    expect(response.json()).toMatchObject({ id: 's1', status: 'submitted', parts: 1, encoding: 'UCS-2' })
    expect(response.json()).not.toHaveProperty('reason')
    expect(response.json().attempts).toEqual([
      { attempt: 1, at: '2011-10-01T00:00:02.000Z', status: 'claimed', detail: null },
      { attempt: 2, at: '2011-10-01T00:00:05.000Z', status: 'submitted', detail: null },
    ])
    expect(response.json().history.map((step: { status: string }) => step.status)).toEqual(steps)
    expect(response.body).not.toContain('سلام')
  })

  test('a suppressed text says why, and its history begins with the request', async () => {
    await putRequest('s2', 'suppressed', 'no_consent')
    await putResult('s2', 1, 'suppressed', 0, 'no_consent')
    expect((await get('s2')).json()).toMatchObject({
      status: 'suppressed',
      reason: 'no_consent',
      attempts: [],
      history: [{ status: 'queued', at: '2011-10-01T00:00:00.000Z' }, { status: 'suppressed' }],
    })
  })

  test('after an erasure the text cannot be counted, and all else is told', async () => {
    await putRequest('s3', 'delivered', null)
    await sql.query('DELETE FROM customer_keys')
    expect((await get('s3')).json()).toMatchObject({ status: 'delivered', parts: null, encoding: null })
  })

  test('an unknown id is a 404 problem', async () => {
    const response = await get('nothing')
    expect([response.statusCode, response.json().code]).toEqual([404, 'sms_unknown'])
  })
})
