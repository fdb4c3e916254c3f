import { expect, test } from 'vitest'
import { acceptIdentify, acceptTrack } from '../../schemas/segment-spec.ts'

const shop = { currency: 'PKR', region: 'PK', now: Date.parse('2024-06-01T00:00:00Z') } as const
const call = { messageId: 'm1', userId: 'u1', timestamp: '2024-05-01T10:00:00Z', context: { ip: '192.0.2.1' } }
const products = [
  { product_id: 'p1', sku: 's1', quantity: 2, price: 19.5, name: 'Chai' },
  { sku: 's2', price: '3' },
]
const at = { customerId: 'u1', id: 'm1', occurredAt: '2024-05-01T10:00:00.000Z' }
const lines = [
  { productId: 'p1', quantity: 2, unitPrice: '19.5', properties: { name: 'Chai' } },
  { productId: 's2', quantity: 1, unitPrice: '3', properties: {} },
]

test.each([
  [
    'Order Completed',
    { order_id: 'o1', revenue: 999, products },
    { type: 'purchase', orderId: 'o1', currency: 'PKR', lines, properties: { revenue: 999 } },
  ],
  [
    'Order Refunded',
    { order_id: 'o1', products },
    { type: 'refund', orderId: 'o1', refundOf: 'o1', currency: 'PKR', lines, properties: {} },
  ],
  ['Product Viewed', { product_id: 'p1', price: 5 }, { type: 'click', kind: 'view', productId: 'p1', properties: { price: 5 } }],
  ['Product Added', { sku: 's1' }, { type: 'click', kind: 'cart_add', productId: 's1', properties: {} }],
  ['Product Removed', { product_id: 'p1' }, { type: 'click', kind: 'cart_remove', productId: 'p1', properties: {} }],
  ['Products Searched', { query: 'chai' }, { type: 'click', kind: 'search', query: 'chai', properties: {} }],
])('%s is an event of ours, without the envelope', (event, properties, expected) => {
  expect(acceptTrack({ ...call, event, properties }, shop)).toEqual({ event: { ...at, ...expected } })
})

test('identify is a profile, with the city of the address and the day of the birthday', () => {
  const traits = {
    firstName: 'Ada',
    phone: '03001234567',
    birthday: '1995-02-03T00:00:00.000Z',
    address: { city: 'Lahore' },
    plan: 'gold',
  }
  expect(acceptIdentify({ ...call, traits }, shop)).toEqual({
    event: {
      ...at,
      type: 'profile',
      traits: {
        firstName: 'Ada',
        phone: '+923001234567',
        birthday: '1995-02-03',
        city: 'Lahore',
        properties: { plan: 'gold', address: { city: 'Lahore' } },
      },
    },
  })
})

test('somebody anonymous is a customer of their own, and without a time it is now', () => {
  const { userId: _, timestamp: __, ...anonymous } = call
  expect(acceptTrack({ ...anonymous, anonymousId: 'a1', event: 'Product Viewed' }, shop)).toMatchObject({
    event: { customerId: 'anon:a1', occurredAt: '2024-06-01T00:00:00.000Z' },
  })
})

test.each(['', null])('a userId of %j is none', userId => {
  const anonymous = { ...call, userId, anonymousId: 'an1' }
  expect(acceptTrack({ ...anonymous, event: 'Product Viewed' }, shop)).toMatchObject({ event: { customerId: 'anon:an1' } })
  expect(acceptIdentify({ ...anonymous, traits: { plan: 'gold' } }, shop)).toMatchObject({ event: { customerId: 'anon:an1' } })
})

test.each(['', null, undefined])('an anonymousId of %j is nobody, not somebody whom all of them share', anonymousId => {
  expect(acceptTrack({ ...call, userId: '', anonymousId, event: 'Product Viewed' }, shop)).toMatchObject({
    refusal: { code: 'field_missing', pointer: '/userId' },
  })
})

test.each([
  [{ ...call, event: 'Page Loved' }, 'type_unknown', '/event'],
  [{ ...call }, 'field_missing', '/event'],
  [[], 'field_invalid', ''],
  [{ ...call, userId: undefined, event: 'Product Viewed' }, 'field_missing', '/userId'],
  [{ ...call, messageId: undefined, event: 'Product Viewed' }, 'field_missing', '/messageId'],
  [{ ...call, event: 'Product Viewed', properties: { product_id: 7 } }, 'field_invalid', '/properties/product_id'],
  [
    { ...call, event: 'Order Completed', properties: { order_id: 'o1', products: [{ price: 3 }] } },
    'field_missing',
    '/properties/products/0/product_id',
  ],
  [
    { ...call, event: 'Order Completed', properties: { order_id: 'o1', products: [{ sku: 's', price: 'x' }] } },
    'field_invalid',
    '/properties/products/0/price',
  ],
  [
    { ...call, event: 'Order Completed', properties: { order_id: 'o1', products: ['s'] } },
    'field_invalid',
    '/properties/products/0',
  ],
  [{ ...call, event: 'Order Refunded', properties: { order_id: 'o1', total: 3 } }, 'field_missing', '/properties/products'],
  [
    { ...call, event: 'Order Completed', properties: { products, currency: 'USD', order_id: 'o1' } },
    'currency_unsupported',
    '/properties/currency',
  ],
])('a refusal points into Segment’s own body: %#', (body, code, pointer) => {
  expect(acceptTrack(body, shop)).toMatchObject({ refusal: { code, pointer } })
})

test('a trait that is wrong is told by its own name', () => {
  expect(acceptIdentify({ ...call, traits: { phone: '1' } }, shop)).toMatchObject({
    refusal: { code: 'phone_invalid', pointer: '/traits/phone' },
  })
})
