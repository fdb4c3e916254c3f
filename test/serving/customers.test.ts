import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RfmCuts } from '../../schemas/records.ts'
import { buildApp } from '../../serving/app.ts'
import { sqlCustomers } from '../../serving/lookups/customers.ts'
import { sqlEngagement } from '../../serving/lookups/engagement.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { NOW, quietPorts } from './fake-ports.ts'
import { lookupDatabase, putCustomer } from './lookup-database.ts'

const DAY = 86_400_000
const cuts: RfmCuts = {
  version: 812,
  customers: 100,
  recency: [1, 2, 3, NOW - 20 * DAY],
  frequency: [1, 5, 10, 20],
  monetary: [1, 2, 3, null],
}

let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
  await putCustomer(sql, {
    id: '17850',
    firstAt: NOW - 300 * DAY,
    lastAt: NOW - 12.9 * DAY,
    orders: 34,
    gross: 53_912_100,
    net: 52_886_300,
    affinities: [['22423', 0.8, NOW - 30 * DAY]],
    consents: { sms: { state: 'granted', at: 1, id: 'e7' } },
    engagement: Math.log(2),
  })
  await sql.query('INSERT INTO moods (customer_id, partition, messages) VALUES ($1, 0, $2::jsonb)', [
    '17850',
    '[[1, 0.1, 0.2, 0.7]]',
  ])
  await sql.query(
    'INSERT INTO profiles (customer_id, partition, phone, traits, stamps) VALUES ($1, 0, $2, $3::jsonb, $4::jsonb)',
    ['17850', '+923001234567', JSON.stringify({ city: 'Lahore', phone: '+923001234567' }), '{}'],
  )
  await putCustomer(sql, { id: 'returns-only', net: -25_500 })
  await putCustomer(sql, { id: 'the most engaged', engagement: Math.log(4) })
  await putCustomer(sql, { id: 'عائشہ/1', orders: 1, firstAt: 5, lastAt: 5, gross: 8245, net: 8245 })
})
afterAll(() => sql.close())

const app = () =>
  buildApp(quietPorts({ customers: sqlCustomers(sql), engagement: sqlEngagement(sql, systemClock), cuts: () => cuts }))

describe('GET /customers/:customerId', () => {
  test('shows facts, scores under the newest cuts, profile, fading affinity and consent as contracts/api.md has them', async () => {
    const { statusCode, body } = await app().inject('/customers/17850')
    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toEqual({
      customerId: '17850',
      asOf: '2011-10-01T00:00:00.000Z',
      rfm: {
        recencyDays: 12,
        frequency: 34,
        monetary: '5391.21',
        monetaryNet: '5288.63',
        r: 5,
        f: 5,
        m: 4,
        cutsVersion: 812,
        segment: 'Champions',
        firstPurchaseAt: '2010-12-05T00:00:00.000Z',
        lastPurchaseAt: '2011-09-18T02:24:00.000Z',
      },
      engagement: 0.5,
      engagementZ: 0.302,
      sentiment: { label: 'negative', average: -0.6, trend: 'steady' },
      profile: { city: 'Lahore', phone: '+923001234567' },
      affinities: { products: { '22423': 0.4 } },
      consent: { sms: 'granted' },
    })
  })

  test('a customer with refunds alone has no rfm, and is not unknown', async () => {
    const response = await app().inject('/customers/returns-only')
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ rfm: null, engagement: 0, sentiment: null, profile: {}, consent: {} })
  })

  test('asOf moves what ages and nothing else; it never hides a later purchase', async () => {
    const later = (await app().inject('/customers/17850?asOf=2012-10-01')).json()
    expect(later.asOf).toBe('2012-10-01T00:00:00.000Z')
    expect(later.rfm).toMatchObject({ recencyDays: 378, r: 5, frequency: 34 })
    const before = (await app().inject('/customers/17850?asOf=2009-01-01T05:00:00Z')).json()
    expect(before.rfm).toMatchObject({ recencyDays: 0, frequency: 34 })
  })

  test.each([
    ['before it', '2009-01-01T05:00:00Z', 0.8],
    ['the first instant there is', '1970-01-01', 0.8],
    ['thousands of years later', '9999-12-31T23:59:59Z', 0],
  ])('an affinity is worth no more than when it was new, asked for as of %s', async (_, asOf, expected) => {
    const { affinities } = (await app().inject(`/customers/17850?asOf=${asOf}`)).json()
    expect(affinities).toEqual({ products: { '22423': expected } })
  })

  test('asOf is read as the instants of events are', async () => {
    for (const asOf of ['2011-09-30T19:00:00-05', '2011-10-01T05:00+05:00', '2011-10-01 00:00:00', '2011-10-01T00:00:00.000Z'])
      expect((await app().inject(`/customers/17850?asOf=${encodeURIComponent(asOf)}`)).json()).toMatchObject({
        asOf: '2011-10-01T00:00:00.000Z',
        rfm: { recencyDays: 12 },
      })
  })

  test('an id with any characters is found by its percent-encoded form, however long', async () => {
    expect((await app().inject(`/customers/${encodeURIComponent('عائشہ/1')}`)).json()).toMatchObject({
      rfm: { monetary: '0.8245' },
    })
    expect((await app().inject(`/customers/${encodeURIComponent('ی'.repeat(128))}`)).json()).toMatchObject({
      code: 'customer_unknown',
    })
  })

  test('an unknown customer is a 404 problem that says what to do', async () => {
    const response = await app().inject('/customers/nobody')
    expect(response.statusCode).toBe(404)
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(response.json()).toMatchObject({
      type: 'urn:tarang:problem:customer_unknown',
      title: 'Customer unknown',
      status: 404,
      code: 'customer_unknown',
      detail: 'No event of customer nobody is known.',
      fix: expect.stringMatching(/folded/),
    })
  })

  test.each([
    ['/customers/17850?asOf=yesterday', '/asOf'],
    ['/customers/17850?asOf=2011-02-30', '/asOf'],
    ['/customers/17850?asOf=1&asOf=2', '/asOf'],
    ['/customers/17850?asOf=2016-12-31T23:59:60Z', '/asOf'],
    ['/customers/17850?asOf=0000-01-01T00:00:00Z', '/asOf'],
    ['/customers/17850?asOf=1969-12-31T23:59:59Z', '/asOf'],
    ['/customers/17850?asOf=', '/asOf'],
    ['/customers/nobody?asOf=%00', '/asOf'],
    ['/customers/a%00b', '/customerId'],
    [`/customers/${'x'.repeat(129)}`, '/customerId'],
  ])('%s is refused, and the pointer names the parameter', async (url, pointer) => {
    const response = await app().inject(url)
    expect(response.statusCode).toBe(400)
    expect(response.json().code).toBe('query_invalid')
    expect(response.json().errors[0].pointer).toBe(pointer)
  })

  test('after= waits for the position before it reads', async () => {
    const order: string[] = []
    const ports = quietPorts({
      freshness: {
        reach: async position => {
          order.push(`reach ${position}`)
          return 'reached'
        },
      },
      customers: {
        get: async id => {
          order.push(`get ${id}`)
          return undefined
        },
      },
    })
    await buildApp(ports).inject('/customers/a?after=p1')
    expect(order).toEqual(['reach p1', 'get a'])
  })

  test.each([
    ['late', 503, 'position_not_reached'],
    ['invalid', 400, 'position_invalid'],
  ] as const)('after= a position that is %s is %i', async (outcome, status, code) => {
    const response = await buildApp(quietPorts({ freshness: { reach: async () => outcome } })).inject('/customers/a?after=p1')
    expect([response.statusCode, response.json().code]).toEqual([status, code])
    expect(response.headers['retry-after']).toBe(status === 503 ? '1' : undefined)
  })
})
