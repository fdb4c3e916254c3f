import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { linkHosts } from '../../models/link-hosts.ts'
import { phoneHasher } from '../../models/phone-hash.ts'
import { smsRequest } from '../../producers/sms-request.ts'
import { SmsRequest } from '../../schemas/records.ts'
import type { Shop } from '../../schemas/shop.ts'

const shop: Shop = { currency: 'PKR', region: 'PK', now: 1_700_000_000_000 }
const phoneHash = phoneHasher('secret')
const taken = (raw: unknown) => smsRequest(raw, shop, phoneHash)

const good = { id: 'r1', customerId: 'ada', text: 'Sale!', class: 'marketing' }

test('a request for a customer is keyed and sealed by the customer', () => {
  expect(taken({ ...good, campaignId: 'c1', link: 'https://s.pk/1' })).toMatchObject({
    outbound: {
      key: 'ada',
      value: { id: 'r1', customerId: 'ada', campaignId: 'c1', link: 'https://s.pk/1', class: 'marketing', requestedAt: shop.now },
      seal: { owner: 'ada', id: 'r1', personal: { text: 'Sale!' } },
    },
  })
})

test('which text of an experiment it is and the list it was written from go with it, and null is as good as nothing', () => {
  const traced = { variant: 'short', recommendationId: 'rec_1' }
  expect(taken({ ...good, ...traced })).toMatchObject({ outbound: { value: traced } })
  const { outbound } = taken({ ...good, variant: null, recommendationId: null }) as { outbound: { value: object } }
  expect(Object.keys(outbound.value)).toEqual(['id', 'customerId', 'class', 'requestedAt'])
  expect(taken({ ...good, recommendationId: 'x'.repeat(129) })).toMatchObject({
    refusal: { code: 'field_too_long', pointer: '/recommendationId' },
  })
})

test('a request for a number carries its hash in the open and the number, in E.164, under the seal', () => {
  const { outbound } = taken({ id: 'r1', to: '0300 1234567', text: 'code 1', class: 'transactional' }) as {
    outbound: { value: object }
  }
  const recipient = phoneHash('+923001234567')
  expect(outbound).toMatchObject({
    key: recipient,
    value: { recipient },
    seal: { owner: `phone:${recipient}`, personal: { to: '+923001234567', text: 'code 1' } },
  })
  expect(JSON.stringify(outbound.value)).not.toMatch(/3001234567|code 1/)
})

test('what it makes is a record of its topic once sealed', () => {
  const check = Compile(SmsRequest)
  for (const raw of [
    good,
    { ...good, variant: 'a', recommendationId: 'r' },
    { ...good, customerId: undefined, to: '+923001234567' },
  ]) {
    const made = taken(raw)
    expect('outbound' in made && check.Check({ ...made.outbound.value, sealed: 'x' })).toBe(true)
  }
})

test.each([
  [{ ...good, id: undefined }, 'field_missing', '/id'],
  [{ ...good, id: null }, 'field_missing', '/id'],
  [{ ...good, id: 7 }, 'field_invalid', '/id'],
  [{ ...good, id: '' }, 'field_invalid', '/id'],
  [{ ...good, id: 'x'.repeat(129) }, 'field_too_long', '/id'],
  [{ ...good, id: 'a\nb' }, 'character_invalid', '/id'],
  [{ ...good, customerId: undefined }, 'field_missing', '/customerId'],
  [{ ...good, to: '+923001234567' }, 'field_invalid', '/to'],
  [{ ...good, customerId: undefined, to: 'call me' }, 'phone_invalid', '/to'],
  [{ ...good, customerId: undefined, to: '+9230012' }, 'phone_invalid', '/to'],
  [{ ...good, customerId: undefined, to: 923001234567 }, 'field_invalid', '/to'],
  [{ ...good, text: undefined }, 'field_missing', '/text'],
  [{ ...good, text: '' }, 'field_invalid', '/text'],
  [{ ...good, text: 'x'.repeat(1601) }, 'field_too_long', '/text'],
  [{ ...good, text: 'a\0b' }, 'character_invalid', '/text'],
  [{ ...good, text: 'half \ud83d' }, 'character_invalid', '/text'],
  [{ ...good, class: undefined }, 'field_missing', '/class'],
  [{ ...good, class: 'urgent' }, 'field_invalid', '/class'],
  [{ ...good, link: 'javascript:alert(1)' }, 'field_invalid', '/link'],
  [{ ...good, text: 'Sale {{link}}' }, 'field_missing', '/link'],
  [[], 'field_invalid', ''],
  [null, 'field_invalid', ''],
])('%j is refused with a code and a pointer', (raw, code, pointer) => {
  expect(taken(raw)).toMatchObject({ refusal: { code, pointer } })
})

test('a link to another host than those named is refused under its own code; one to them goes', () => {
  const mayLinkTo = linkHosts(['shop.pk'])
  const asked = (link: string) => smsRequest({ ...good, link }, shop, phoneHash, mayLinkTo)
  expect(asked('https://shop.pk@evil.pk')).toMatchObject({ refusal: { code: 'link_host_refused', pointer: '/link' } })
  expect(asked('https://shop.pk/a')).toHaveProperty('outbound')
})

test('a text of 1,600 characters goes, emoji count as one each', () => {
  expect(taken({ ...good, text: '😀'.repeat(1600) })).toHaveProperty('outbound')
  expect(taken({ ...good, text: '😀'.repeat(1601) })).toHaveProperty('refusal')
})

test('null is as good as absent', () => {
  expect(taken({ ...good, to: null, campaignId: null, link: null })).toEqual(taken(good))
  expect(taken({ ...good, customerId: null, to: '+923001234567' })).toHaveProperty('outbound')
})

test('unknown fields are no error', () => {
  expect(taken({ ...good, priority: 9 })).toHaveProperty('outbound')
})

test('whatever is posted, there is an answer', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.record({ id: fc.anything(), customerId: fc.anything(), to: fc.anything(), text: fc.anything(), class: fc.anything() }),
      ),
      raw => {
        const made = taken(raw)
        expect('outbound' in made || 'refusal' in made).toBe(true)
      },
    ),
  )
})
