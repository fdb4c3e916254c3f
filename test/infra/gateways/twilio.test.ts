import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SmsGateway } from '../../../consumers/sms-gateway.ts'
import { type TwilioOptions, twilioGateway } from '../../../infra/gateways/twilio.ts'
import { readTwilioReceipt } from '../../../infra/gateways/twilio-receipt.ts'
import { signedByTwilio, twilioSignature } from '../../../infra/gateways/twilio-signature.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { startTwilio, type TwilioMood, type TwilioServer } from '../../support/twilio-server.ts'

const ACCOUNT = `AC${'0'.repeat(32)}`
let server: TwilioServer
let opened: SmsGateway[]
beforeEach(async () => {
  server = await startTwilio()
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map(gateway => gateway.close()))
  await server.close()
})
function gateway(more: Partial<TwilioOptions> = {}): SmsGateway {
  const options = { url: server.url, user: ACCOUNT, password: 'token', sender: '+15005550006', clock, timeoutMs: 1000, ...more }
  const made = twilioGateway(options)
  opened.push(made)
  return made
}
const submission = (more = {}) => ({
  reference: 'r 1',
  to: '+923001234567',
  text: 'چائے & £5 50%',
  deadline: Number.POSITIVE_INFINITY,
  ...more,
})

describe('what is posted', () => {
  test('is a form to the account, under its own credentials, with the number it comes from', async () => {
    const answer = await gateway().send(submission())
    expect(answer).toEqual({ outcome: 'submitted', gatewayId: expect.stringMatching(/^SM\d{32}$/) })
    expect(server.asked).toEqual([
      {
        path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`,
        authorization: `Basic ${Buffer.from(`${ACCOUNT}:token`).toString('base64')}`,
        contentType: 'application/x-www-form-urlencoded',
        form: { To: '+923001234567', Body: 'چائے & £5 50%', From: '+15005550006' },
      },
    ])
  })

  test('names a messaging service where the sender is one, and a whole address is taken as it is', async () => {
    const service = `MG${'a'.repeat(32)}`
    await gateway({ sender: service, url: `${server.url}/2010-04-01/Accounts/AC9/Messages.json` }).send(submission())
    expect(server.asked[0]).toMatchObject({ path: '/2010-04-01/Accounts/AC9/Messages.json' })
    expect(server.asked[0]!.form).toEqual({ To: '+923001234567', Body: 'چائے & £5 50%', MessagingServiceSid: service })
  })

  test('says where receipts go, by a reference that needs no escaping', async () => {
    await gateway({ callbackUrl: 'https://shop.example/tarang' }).send(submission({ reference: '100%/بند' }))
    const callback = server.asked[0]!.form.StatusCallback!
    expect(callback).toMatch(/^https:\/\/shop\.example\/tarang\/sms\/receipts\/twilio\?ref=[\w-]+$/)
    expect(Buffer.from(callback.split('ref=')[1]!, 'base64url').toString('utf8')).toBe('100%/بند')
  })

  test('is good until quiet hours begin, within the bounds that Twilio takes: a second at least, ten hours at most', async () => {
    const now = clock.now()
    for (const before of [now + 3_600_500, now + 20 * 3_600_000, now - 1000, undefined])
      await gateway({ clock: { ...clock, now: () => now } }).send(submission({ before }))
    expect(server.asked.map(({ form }) => form.ValidityPeriod)).toEqual(['3600', '36000', '1', undefined])
  })
})

describe('what the answer means', () => {
  const said = '…: …'
  test.each([
    [
      { http: 400, code: 21211 },
      { outcome: 'rejected', detail: `twilio 21211: Not to ${said}` },
    ],
    [
      { http: 400, code: 21614 },
      { outcome: 'rejected', detail: `twilio 21614: Not to ${said}` },
    ],
    [
      { http: 400, code: 21606 },
      { outcome: 'rejected', detail: `twilio 21606: Not to ${said}` },
    ],
    [
      { http: 403, code: 21408 },
      { outcome: 'rejected', detail: `twilio 21408: Not to ${said}` },
    ],
    [
      { http: 400, code: 21610 },
      { outcome: 'rejected', detail: `twilio 21610: Not to ${said}`, stopped: true },
    ],
    [
      { http: 429, code: 20429, retryAfter: 3 },
      { outcome: 'throttled', detail: `twilio 20429: Not to ${said}`, retryAfterMs: 3000 },
    ],
    [{ http: 429 }, { outcome: 'throttled', detail: 'http 429' }],
    [
      { http: 400, code: 21611 },
      { outcome: 'throttled', detail: `twilio 21611: Not to ${said}` },
    ],
    [
      { http: 401, code: 20003 },
      { outcome: 'unreached', detail: `twilio 20003: Not to ${said}` },
    ],
    [{ http: 404 }, { outcome: 'unreached', detail: 'http 404' }],
    [
      { http: 500, code: 20500 },
      { outcome: 'unknown', detail: 'http 500' },
    ],
    [{ http: 503 }, { outcome: 'unknown', detail: 'http 503' }],
    ['mumble', { outcome: 'unknown', detail: 'http 201 without a sid' }],
  ] as const satisfies readonly (readonly [TwilioMood, object])[])('%j', async (mood, meaning) => {
    server.mood = () => mood
    expect(await gateway().send(submission())).toEqual(meaning)
    expect(server.asked).toHaveLength(1)
  })
})

test('it says that it can neither be asked nor recognises a repetition', () => {
  expect(gateway().capabilities).toEqual({ recognises: false })
})

describe("Twilio's signature", () => {
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  const form = (caller: string) =>
    new URLSearchParams({ To: '+18005551212', From: caller, Digits: '1234', Caller: caller, CallSid: 'CA1234567890ABCDE' })

  test.each([
    ['+12349013030', '0/KCTR6DLpKmkAf8muzZqo1nDgQ='],
    ['+14158675309', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  ])('is the one of its documentation for %s', (caller, signature) => {
    expect(twilioSignature('12345', url, form(caller))).toBe(signature)
    expect(signedByTwilio('12345', url, form(caller), signature)).toBe(true)
  })

  test('holds for nothing else: another token, address, field or value, or none at all', () => {
    const good = twilioSignature('12345', url, form('+1'))
    const more = form('+1')
    more.append('Digits', '5')
    expect([
      signedByTwilio('12346', url, form('+1'), good),
      signedByTwilio('12345', `${url}3`, form('+1'), good),
      signedByTwilio('12345', url, form('+2'), good),
      signedByTwilio('12345', url, more, good),
      signedByTwilio('12345', url, form('+1'), ''),
      signedByTwilio('12345', url, form('+1'), good.slice(0, -1)),
    ]).toEqual(Array(6).fill(false))
  })

  test('may be of the address with its standard port, or without the port it has', () => {
    const signed = (as: string, given: string) =>
      signedByTwilio('12345', given, form('+1'), twilioSignature('12345', as, form('+1')))
    expect(signed('https://a.example:443/x?y=1', 'https://a.example/x?y=1')).toBe(true)
    expect(signed('http://a.example:80/x', 'http://a.example/x')).toBe(true)
    expect(signed('https://a.example/x', 'https://a.example:8443/x')).toBe(true)
    expect(signed('https://b.example/x', 'https://a.example/x')).toBe(false)
  })
})

test.each([
  ['queued', '', { status: 'submitted', detail: 'queued', stopped: false }],
  ['sent', '', { status: 'submitted', detail: 'sent', stopped: false }],
  ['delivered', '', { status: 'delivered', detail: 'delivered', stopped: false }],
  ['undelivered', '30005', { status: 'undelivered', detail: 'twilio 30005', stopped: false }],
  ['failed', '30008', { status: 'rejected', detail: 'twilio 30008', stopped: false }],
  ['failed', '30036', { status: 'expired', detail: 'twilio 30036', stopped: false }],
  ['undelivered', '30001', { status: 'expired', detail: 'twilio 30001', stopped: false }],
  ['failed', '21610', { status: 'rejected', detail: 'twilio 21610', stopped: true }],
  ['delivered', '+923001234567', { status: 'delivered', detail: 'delivered', stopped: false }],
  ['partying', '', undefined],
  ['constructor', '', undefined],
])('the receipt "%s" with error "%s"', (status, code, meaning) => {
  expect(readTwilioReceipt(status, code)).toEqual(meaning)
})
