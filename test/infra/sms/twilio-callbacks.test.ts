import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { twilioSignature } from '../../../infra/gateways/twilio-signature.ts'
import { confirmations } from '../../../infra/sms/confirmations.ts'
import { keepPhoneWords } from '../../../infra/sms/phone-words.ts'
import { smsInbound } from '../../../infra/sms/sms-inbound.ts'
import { smsReceipts } from '../../../infra/sms/sms-receipts.ts'
import { twilioCallbacks } from '../../../infra/sms/twilio-callbacks.ts'
import { keywordReplies } from '../../../models/templates/keyword-replies.ts'
import { smsRequests } from '../../../schemas/topics.ts'
import { buildApp } from '../../../serving/app.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { noJournal } from '../../../streams/journal.ts'
import { sqlKeyring } from '../../../streams/keyring.ts'
import { silent } from '../../../streams/meter.ts'
import type { Outbound } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
import { quietPorts } from '../../serving/fake-ports.ts'
import { ADA, freshSql, onlyAda, phoneHash, request, statusOf } from './sms-fixture.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const authToken = 'an auth token of this test'
const callbackUrl = 'https://shop.example/tarang'
let sql: Sql
let published: Outbound[]
let app: ReturnType<typeof buildApp>
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await sql.script('TRUNCATE sms_receipts, sms_inbound, sms_replies')
  await onlyAda(sql)
  published = []
  const publish = async (records: readonly Outbound[]) => {
    published.push(...records)
    return []
  }
  const made = keywordReplies('Bazaar')
  if ('problems' in made) throw new Error(made.problems.join())
  const confirming = confirmations(made.replies, sqlKeyring(sql, clock), phoneHash)
  const shop = { currency: 'PKR', region: 'PK' } as const
  const twilio = twilioCallbacks({
    signed: { authToken, callbackUrl },
    receipts: smsReceipts(sql),
    hear: smsInbound({ sql, shop, clock, phoneHash, publish, journal: noJournal, confirmations: confirming, campaignDays: 7 }),
    stop: phone => keepPhoneWords(sql, phoneHash, [{ phone, keyword: 'stop', at: clock.now(), source: 'gateway' }]),
    region: 'PK',
    clock,
    meter: silent,
  })
  app = buildApp(quietPorts({ twilio }))
})

/** Posts as Twilio does; `signedAs` is what it was given as address. */
const post = (path: string, fields: Record<string, string>, signedAs = callbackUrl + path) => {
  const form = new URLSearchParams(fields)
  return app.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': twilioSignature(authToken, signedAs, form),
    },
    payload: form.toString(),
  })
}
const receiptPath = (reference: string) => `/sms/receipts/twilio?ref=${Buffer.from(reference).toString('base64url')}`
const receipt = (reference: string, MessageStatus: string, more = {}) =>
  post(receiptPath(reference), { MessageSid: 'SM1', MessageStatus, To: ADA, From: '+15005550006', ...more })
const inbound = (Body: string, more = {}) =>
  post('/sms/inbound/twilio', { MessageSid: 'SM2', From: ADA, To: '+15005550006', Body, ...more })
const stopped = async () => (await sql.query('SELECT stopped FROM opt_outs WHERE phone_hash = $1', [phoneHash(ADA)]))[0]?.stopped

describe('status callbacks', () => {
  beforeEach(async () => {
    await request(sql, [{ id: 'r1' }])
    await sql.script("UPDATE sms_ledger SET status = 'submitted'")
  })

  test('move a text forward, in whatever order and however often they come, and are answered with TwiML', async () => {
    const answer = await receipt('r1', 'delivered')
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      200,
      'text/xml; charset=utf-8',
      '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    ])
    for (const status of ['sent', 'queued', 'delivered', 'undelivered']) await receipt('r1', status)
    expect(await statusOf(sql, 'r1')).toBe('delivered')
  })

  test('settle a text whose answer was lost', async () => {
    await sql.script("UPDATE sms_ledger SET status = 'unknown'")
    await receipt('r1', 'sent')
    expect(await statusOf(sql, 'r1')).toBe('submitted')
  })

  test('that say the number said STOP to Twilio stop it here too', async () => {
    await receipt('r1', 'failed', { ErrorCode: '21610' })
    const [row] = await sql.query("SELECT status, reason FROM sms_ledger WHERE id = 'r1'")
    expect(row).toEqual({ status: 'rejected', reason: 'opted_out: twilio 21610' })
    expect(await stopped()).toBe(true)
  })

  test('that nobody signed, or signed for another text, change nothing', async () => {
    const forged = await post(receiptPath('r1'), { MessageStatus: 'delivered' }, callbackUrl + receiptPath('r2'))
    expect([forged.statusCode, forged.json().code]).toEqual([403, 'callback_forged'])
    const json = await app.inject({ method: 'POST', url: receiptPath('r1'), payload: { MessageStatus: 'delivered' } })
    expect(json.statusCode).toBe(403)
    expect(await statusOf(sql, 'r1')).toBe('submitted')
  })

  test('in words that Twilio does not have are answered, or they would come again for ever', async () => {
    expect((await receipt('r1', 'partying')).statusCode).toBe(200)
    expect(await statusOf(sql, 'r1')).toBe('submitted')
  })
})

describe('texts that come in', () => {
  test('are messages of the customer with that number', async () => {
    expect((await inbound('چائے کتنے کی ہے؟')).statusCode).toBe(200)
    expect(published).toMatchObject([{ key: 'ada', seal: { personal: { text: 'چائے کتنے کی ہے؟' } } }])
  })

  test('stop the number by our words, and by those that the shop gave Twilio', async () => {
    await inbound('band karo')
    expect(await stopped()).toBe(true)
    await inbound('wapas', { OptOutType: 'START' })
    expect(await stopped()).toBe(false)
    await inbound('bas bhai', { OptOutType: 'STOP' })
    expect(await stopped()).toBe(true)
  })

  test('that are keywords are confirmed by us, where Twilio does not say that it has dealt with them', async () => {
    const replies = () => published.filter(({ topic }) => topic === smsRequests).length
    for (const [body, OptOutType] of [
      ['STOP', 'STOP'],
      ['HELP', 'HELP'],
    ])
      await inbound(body!, { OptOutType })
    expect(replies()).toBe(0)
    await inbound('HELP')
    expect(replies()).toBe(1)
  })

  test('that nobody signed are not heard', async () => {
    const forged = await post('/sms/inbound/twilio', { From: ADA, Body: 'STOP' }, 'https://shop.example/sms/inbound/twilio')
    expect([forged.statusCode, await stopped()]).toEqual([403, undefined])
  })

  test('from what is no number are answered and let be', async () => {
    expect((await inbound('hi', { From: 'whatsapp:+923001234567' })).statusCode).toBe(200)
    expect(published).toEqual([])
  })
})

test('without the token, or the address that was given to Twilio, everything is forged', async () => {
  const hear = async () => Promise.reject(new Error('must not be heard'))
  const common = { receipts: smsReceipts(sql), hear, stop: hear, region: 'PK' as const, clock, meter: silent }
  app = buildApp(quietPorts({ twilio: twilioCallbacks({ ...common, signed: undefined }) }))
  expect([(await inbound('STOP')).statusCode, (await receipt('r1', 'delivered')).statusCode]).toEqual([403, 403])
})
