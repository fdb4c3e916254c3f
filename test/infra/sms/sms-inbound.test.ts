import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Outbound } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
import { inboundHere } from './inbound-fixture.ts'
import { customer, freshSql, phoneHash, request } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const ADA = '+923001234567'
const NOW = Date.parse('2026-05-01T12:00:00Z')
let sql: Sql
let published: Outbound[]
let away = false
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  published = []
  away = false
  await sql.script('TRUNCATE sms_ledger, sms_results, sms_inbound, opt_outs, customers, profiles, customer_keys')
})

const hear = (text: string, at = NOW, phone = ADA) =>
  inboundHere({ sql, now: NOW, confirmations: undefined, published, away })({ phone, text, at }, 'a request')
const stopped = async (phone = ADA) =>
  (await sql.query('SELECT stopped FROM opt_outs WHERE phone_hash = $1', [phoneHash(phone)]))[0]?.stopped

test('a reply is a message of the customer with that number, its text sealed', async () => {
  await customer(sql, 'ada', { phone: ADA })
  await hear('What does tea cost?', NOW - 5000)
  expect(published).toMatchObject([
    {
      key: 'ada',
      value: { type: 'message', customerId: 'ada', direction: 'in', channel: 'sms', occurredAt: '2026-05-01T11:59:55.000Z' },
      seal: { owner: 'ada', personal: { text: 'What does tea cost?' } },
    },
  ])
  expect(JSON.stringify(published[0]!.value)).not.toContain('tea')
})

test.each(['STOP', ' stop. ', 'بند کریں', 'band karo'])('"%s" stops the number, whoever it belongs to', async text => {
  await hear(text)
  expect(await stopped()).toBe(true)
  expect(published).toEqual([])
})

test('START after STOP lets texts through again; a text that merely has the word in it does nothing', async () => {
  await hear('STOP', NOW - 2000)
  await hear('please do not stop by the shop', NOW - 1500)
  expect(await stopped()).toBe(true)
  await hear('START', NOW - 1000)
  expect(await stopped()).toBe(false)
})

test('in doubt it is STOP: again soon after START it stops, and a START that comes again or late starts nothing', async () => {
  await hear('START', NOW - 4000)
  await hear('STOP', NOW - 3000)
  await hear('START', NOW - 2000)
  expect(await stopped()).toBe(true)
  await hear('unstop', NOW - 1000)
  expect(await stopped()).toBe(false)
  await hear('STOP', NOW - 500)
  expect(await stopped()).toBe(true)
  await hear('start!', NOW - 90_000)
  expect(await stopped()).toBe(true)
})

test('a text that comes again is one message, and again after a minute is another', async () => {
  await customer(sql, 'ada', { phone: ADA })
  for (const at of [NOW - 200_000, NOW - 195_000, NOW - 100_000]) await hear('yes', at)
  const ids = published.map(({ value }) => value.id)
  expect([ids.length, new Set(ids).size, ids[0] === ids[1]]).toEqual([3, 2, true])
})

test('a text whose message could not be published is published when it comes again', async () => {
  await customer(sql, 'ada', { phone: ADA })
  away = true
  await expect(hear('yes')).rejects.toThrow('the log is away')
  away = false
  await hear('yes')
  expect(published).toHaveLength(1)
})

describe('a reply to a campaign', () => {
  const DAY = 86_400_000
  /** A marketing text that went to a phone, or came so far. */
  const went = async (
    id: string,
    at: number,
    more: { customerId?: string; phone?: string; campaignId?: string; status?: string } = {},
  ) => {
    const { customerId = 'ada', phone = ADA, status = 'delivered', ...campaign } = more
    await request(sql, [{ id, customerId, class: 'marketing', ...campaign }])
    await sql.query('UPDATE sms_ledger SET status = $2, phone_hash = $3, begun_at = $4 WHERE id = $1', [
      id,
      status,
      phoneHash(phone),
      at,
    ])
  }
  const campaigns = () => published.map(({ value }) => value.campaignId)
  beforeEach(() => customer(sql, 'ada', { phone: ADA }))

  test('is one to the last that went to its phone, also where the network’s clock is a little behind', async () => {
    await went('old', NOW - 2 * DAY, { campaignId: 'eid' })
    await went('new', NOW - DAY, { campaignId: 'winter' })
    await went('later', NOW + DAY, { campaignId: 'spring' })
    await hear('How much?')
    await hear('And then?', NOW - DAY - 500)
    await hear('Earlier', NOW - 2 * DAY + 1)
    expect(campaigns()).toEqual(['winter', 'winter', 'eid'])
  })

  test('is none after a week, nor where what went last was of no campaign, to another phone or refused', async () => {
    await went('long-ago', NOW - 7 * DAY - 1, { campaignId: 'eid' })
    await went('elsewhere', NOW - DAY, { campaignId: 'eid', phone: '+923007654321' })
    await went('refused', NOW - DAY, { campaignId: 'eid', status: 'rejected' })
    await hear('one')
    await went('eid', NOW - DAY, { campaignId: 'eid' })
    await went('news', NOW - 1000)
    await hear('two')
    expect(campaigns()).toEqual([undefined, undefined])
  })

  test('of two with one number is one to what went to who is taken to have sent it', async () => {
    await customer(sql, 'bob', { phone: ADA })
    await went('a', NOW - DAY, { campaignId: 'eid' })
    await request(sql, [{ id: 'b', customerId: 'bob', requestedAt: Date.now() + 1 }])
    await hear('yes')
    expect(published).toMatchObject([{ key: 'bob' }])
    expect(campaigns()).toEqual([undefined])
  })

  test('that comes again is one to the same, whatever went meanwhile', async () => {
    await went('a', NOW - DAY, { campaignId: 'eid' })
    await hear('yes')
    await went('b', NOW + 1000, { campaignId: 'winter' })
    await hear('yes', NOW + 5000)
    expect(campaigns()).toEqual(['eid', 'eid'])
  })

  test('a keyword is none', async () => {
    await went('a', NOW - DAY, { campaignId: 'eid' })
    for (const text of ['STOP', 'START', 'HELP']) await hear(text)
    expect(campaigns()).toEqual([undefined, undefined, undefined])
  })
})

test('of two with one number it is the one who was texted last', async () => {
  await customer(sql, 'ada', { phone: ADA })
  await customer(sql, 'bob', { phone: ADA })
  await request(sql, [{ id: 'r', customerId: 'bob' }])
  await hear('yes')
  expect(published.map(({ key }) => key)).toEqual(['bob'])
})
