import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { smsInbound } from '../../../infra/sms/sms-inbound.ts'
import { systemClock } from '../../../streams/clock.ts'
import { noJournal } from '../../../streams/journal.ts'
import type { Outbound } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
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
  smsInbound({
    sql,
    shop: { currency: 'PKR', region: 'PK' },
    clock: { ...systemClock, now: () => NOW },
    phoneHash,
    async publish(records) {
      if (away) throw new Error('the log is away')
      published.push(...records)
      return []
    },
    journal: noJournal,
    confirmations: undefined,
  })({ phone, text, at }, 'a request')
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

test('of two with one number it is the one who was texted last', async () => {
  await customer(sql, 'ada', { phone: ADA })
  await customer(sql, 'bob', { phone: ADA })
  await request(sql, [{ id: 'r', customerId: 'bob' }])
  await hear('yes')
  expect(published.map(({ key }) => key)).toEqual(['bob'])
})
