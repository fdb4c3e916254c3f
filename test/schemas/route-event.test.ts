import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { acceptEvent } from '../../schemas/accept-event.ts'
import type { Inbound } from '../../schemas/events.ts'
import { routeEvent } from '../../schemas/route-event.ts'
import { events, itemEvents } from '../../schemas/topics.ts'

const shop = { currency: 'PKR', region: 'PK', now: Date.UTC(2026, 0, 2) } as const
const common = { id: 'e1', customerId: 'ada', occurredAt: '2026-01-01T00:00:00Z' }
const lines = [{ productId: 'p', quantity: 1, unitPrice: '2.50' }]

function accepted(raw: Record<string, unknown>): Inbound {
  const read = acceptEvent(raw, shop)
  if ('refusal' in read) throw new Error(read.refusal.message)
  return read.event
}
const routed = (raw: Record<string, unknown>) => routeEvent(accepted(raw))
const customerEvent = Compile(events.schema)

describe('nothing personal is in the open', () => {
  const secret = 'zz-secret-zz'
  test.each([
    [
      'a message and what came with it',
      { type: 'message', ...common, direction: 'in', channel: 'sms', text: secret, from: secret },
    ],
    ['what was searched for', { type: 'click', ...common, kind: 'search', query: secret }],
    ['a name', { type: 'profile', ...common, traits: { firstName: secret, lastName: secret, name: secret, city: 'Lahore' } }],
    ['an e-mail address', { type: 'profile', ...common, traits: { email: `${secret}@example.org` } }],
    ['traits without a name here', { type: 'profile', ...common, traits: { cnic: secret, properties: { mother: secret } } }],
    ['what came along with a click', { type: 'click', ...common, kind: 'comment', productId: 'p', text: secret }],
    ['what came along with an order', { type: 'purchase', ...common, orderId: 'o', lines, giftNote: secret }],
    [
      'what came along with a line',
      { type: 'refund', ...common, orderId: 'o', lines: [...lines, { ...lines[0], engraving: secret }] },
    ],
    ['what came along with a consent', { type: 'consent', ...common, channel: 'sms', state: 'granted', signature: secret }],
    ['what came beside a profile', { type: 'profile', ...common, traits: {}, nickname: secret }],
  ])('%s is under seal, and under nothing else', (_, raw) => {
    const route = routed(raw)
    if (route.topic !== events) throw new Error('a customer’s event goes to events')
    expect(JSON.stringify(route.value)).not.toContain(secret)
    expect(route).toMatchObject({ key: 'ada', seal: { owner: 'ada', id: 'e1' } })
    expect(JSON.stringify('seal' in route && route.seal)).toContain(secret)
    expect(customerEvent.Check({ ...route.value, sealed: 'x' })).toBe(true)
  })

  test('a phone and a birthday are under seal', () => {
    const route = routed({ type: 'profile', ...common, traits: { phone: '+923001234567', birthday: '1995-02-03', age: 31 } })
    expect(route).toMatchObject({
      value: { traits: { age: 31 } },
      seal: { personal: { traits: { phone: '+923001234567', birthday: '1995-02-03' } } },
    })
    expect(JSON.stringify(route.value)).not.toMatch(/1234567|1995/)
  })
})

test.each([
  ['purchase', { type: 'purchase', ...common, orderId: 'o', lines }],
  ['refund', { type: 'refund', ...common, orderId: 'o', lines }],
  ['view', { type: 'click', ...common, kind: 'view', productId: 'p' }],
  ['consent', { type: 'consent', ...common, channel: 'sms', state: 'granted' }],
  ['profile of nothing personal', { type: 'profile', ...common, traits: { city: 'Lahore' } }],
])('a %s goes to its customer’s stream as it is, with no seal and no key made for it', (_, raw) => {
  const event = accepted(raw)
  expect(routeEvent(event)).toEqual({ topic: events, key: 'ada', value: event })
  expect(customerEvent.Check(event)).toBe(true)
})

test('a product goes to its own stream', () => {
  const event = accepted({ type: 'product', id: 'e1', occurredAt: common.occurredAt, productId: 'p', name: 'Tea' })
  expect(routeEvent(event)).toEqual({ topic: itemEvents, key: 'p', value: event })
})
