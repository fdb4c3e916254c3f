import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { confirmMessages } from '../../../infra/sms/confirm-messages.ts'
import { confirmations } from '../../../infra/sms/confirmations.ts'
import { campaignsOf } from '../../../infra/sms/last-campaigns.ts'
import { keepCustomerWords } from '../../../infra/sms/phone-words.ts'
import { keywordReplies } from '../../../models/templates/keyword-replies.ts'
import { ingest } from '../../../producers/ingest.ts'
import { smsRequests } from '../../../schemas/topics.ts'
import { systemClock } from '../../../streams/clock.ts'
import { noJournal } from '../../../streams/journal.ts'
import { sqlKeyring } from '../../../streams/keyring.ts'
import { silent } from '../../../streams/meter.ts'
import type { Outbound } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
import { ADA, customer, freshSql, phoneHash, request } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const NOW = Date.parse('2026-05-01T12:00:00Z')
const HOUR = 3_600_000
let sql: Sql
let published: Outbound[]
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await sql.script('TRUNCATE sms_ledger, sms_results, sms_replies, opt_outs, customers, profiles, customer_keys')
  await customer(sql, 'ada', { phone: ADA })
  published = []
})

/** What POST /v1/events does with messages, on these tables. */
async function post(
  ...texts: readonly { text: string; customerId?: string; at?: number; campaignId?: string; channel?: string }[]
) {
  const clock = { ...systemClock, now: () => NOW }
  const made = keywordReplies('Bazaar')
  if ('problems' in made) throw new Error(made.problems.join())
  const asking = confirmations(made.replies, sqlKeyring(sql, clock), phoneHash)
  const { submit } = ingest({
    shop: { currency: 'PKR', region: 'PK' },
    clock,
    async publish(records) {
      published.push(...records)
      return []
    },
    heed: said => keepCustomerWords(sql, phoneHash, said),
    confirm: confirmMessages({ sql, phoneHash, confirmations: asking, clock }),
    campaignsOf: replies => campaignsOf(sql, phoneHash, replies, 7),
    applied: async () => true,
    logUnavailable: () => false,
    meter: silent,
    journal: noJournal,
  })
  const events = texts.map(({ at = NOW - 1000, ...text }, n) => ({
    type: 'message',
    id: `m${n}-${text.text}`,
    customerId: 'ada',
    occurredAt: new Date(at).toISOString(),
    direction: 'in',
    channel: 'sms',
    ...text,
  }))
  return submit(events, { wait: false, requestId: 'test' })
}
const replies = () => published.filter(({ topic }) => topic === smsRequests)
const messages = () => published.filter(({ topic }) => topic !== smsRequests).map(({ value }) => value)

test('a keyword that a shop posts is confirmed once, however often it is posted, to the phone that its customer has', async () => {
  expect(await post({ text: 'بند کریں' })).toMatchObject({ accepted: 1 })
  await post({ text: 'بند کریں' }, { text: 'STOP' })
  expect(new Set(replies().map(({ key, value }) => [key, value.id].join()))).toHaveLength(1)
  expect(replies()[0]).toMatchObject({ key: phoneHash(ADA), value: { recipient: phoneHash(ADA), class: 'transactional' } })
  expect(await sql.query('SELECT keyword FROM sms_replies')).toEqual([{ keyword: 'stop' }])
})

test('history that is brought in, another channel, and a customer without a phone get no reply', async () => {
  await customer(sql, 'bob', {})
  await post({ text: 'STOP', at: NOW - 2 * HOUR }, { text: 'HELP', channel: 'chat' }, { text: 'HELP', customerId: 'bob' })
  expect(replies()).toEqual([])
  expect(messages()).toHaveLength(3)
})

test('a reply carries the campaign whose text went to its customer last; what the shop said of it stays, and keywords carry none', async () => {
  await request(sql, [{ id: 'r', customerId: 'ada', class: 'marketing', campaignId: 'eid' }])
  await sql.query("UPDATE sms_ledger SET status = 'delivered', phone_hash = $1, begun_at = $2", [phoneHash(ADA), NOW - HOUR])
  await post(
    { text: 'How much?' },
    { text: 'Why?', campaignId: 'winter' },
    { text: 'before', at: NOW - 2 * HOUR },
    { text: 'chat', channel: 'chat' },
    { text: 'whose', customerId: 'bob' },
    { text: 'HELP' },
  )
  expect(messages().map(({ campaignId }) => campaignId)).toEqual(['eid', 'winter', undefined, undefined, undefined, undefined])
})
