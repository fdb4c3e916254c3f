import { expect, test } from 'vitest'
import { holds } from '../../../models/flow/condition.ts'
import type { CustomerView } from '../../../models/flow/customer-view.ts'
import type { Condition } from '../../../schemas/flow.ts'

const DAY = 86_400_000
const now = 1_000 * DAY
const ada: CustomerView = {
  now,
  segment: 'Loyal',
  rfm: { firstAt: now - 100 * DAY, lastAt: now - 10.5 * DAY, orders: 4, gross: 123_450_000, net: 123_000_000 },
  scores: { r: 5, f: 4, m: 2 },
  engagement: 0.4,
  sentiment: -0.25,
  traits: { city: 'Lahore', age: 31, interests: ['tea', 'books'], vip: true, properties: { size: 'M' } },
  properties: { tier: 'gold' },
  purchases: [
    { at: now - 40 * DAY, orderId: 'o1', amount: 100_000, products: ['mug'] },
    { at: now - 2 * DAY, orderId: 'o2', amount: 25_500, products: ['tea', 'pot'] },
    { at: now - 2 * DAY, orderId: 'o2', amount: 10_000, products: ['unsorted'] },
  ],
  clicks: [
    { at: now - 8 * DAY, kind: 'view', productId: 'mug' },
    { at: now - DAY, kind: 'search' },
  ],
  clickCount: 250,
  cart: [
    { productId: 'mug', quantity: 2, price: 4.5 },
    { productId: 'pot', quantity: 1, price: 10 },
  ],
  texts: [{ id: 't', campaignId: 'c', entry: 1, at: now - 3 * DAY, deliveredAt: now - 3 * DAY, clickedAt: now - DAY }],
  categoryOf: product => ({ mug: 'Kitchen', pot: 'Kitchen', tea: 'Food' })[product],
}
const bilal: CustomerView = {
  ...ada,
  segment: null,
  rfm: { firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 },
  scores: undefined,
  sentiment: undefined,
  traits: {},
  properties: {},
  purchases: [],
  clicks: [],
  clickCount: 0,
  cart: [{ productId: 'mug', quantity: 1 }],
  texts: [],
}

test.each<[Condition, boolean, boolean]>([
  [{ field: 'segment', op: 'eq', value: 'Loyal' }, true, false],
  [{ field: 'segment', op: 'ne', value: 'Lost' }, true, false],
  [{ field: 'segment', op: 'in', value: ['Loyal', 'Champions'] }, true, false],
  [{ field: 'segment', op: 'nin', value: ['Lost'] }, true, false],
  [{ field: 'segment', op: 'exists', value: false }, false, true],
  [{ field: 'rfm.recency', op: 'eq', value: 10 }, true, false],
  [{ field: 'rfm.recency', op: 'lt', value: 10 }, false, false],
  [{ field: 'rfm.frequency', op: 'gte', value: 4 }, true, false],
  [{ field: 'rfm.frequency', op: 'eq', value: 0 }, false, true],
  [{ field: 'rfm.monetary', op: 'eq', value: 12_345 }, true, false],
  [{ field: 'rfm.r', op: 'gt', value: 4 }, true, false],
  [{ field: 'rfm.m', op: 'lte', value: 2 }, true, false],
  [{ field: 'engagement', op: 'gte', value: 0.4 }, true, true],
  [{ field: 'sentiment', op: 'lt', value: 0 }, true, false],
  [{ field: 'sentiment', op: 'exists' }, true, false],
  [{ field: 'profile.city', op: 'contains', value: 'Lah' }, true, false],
  [{ field: 'profile.interests', op: 'contains', value: 'tea' }, true, false],
  [{ field: 'profile.interests', op: 'ne', value: 'cars' }, true, false],
  [{ field: 'profile.age', op: 'gt', value: 30 }, true, false],
  [{ field: 'profile.vip', op: 'eq', value: true }, true, false],
  [{ field: 'profile.size', op: 'eq', value: 'M' }, true, false],
  [{ field: 'profile.constructor', op: 'exists' }, false, false],
  [{ field: 'property.tier', op: 'eq', value: 'gold' }, true, false],
  [{ field: 'cart.items', op: 'eq', value: 3 }, true, false],
  [{ field: 'cart.value', op: 'eq', value: 19 }, true, false],
  [{ field: 'cart.value', op: 'exists', value: false }, false, true],
  [{ field: 'purchases.count', op: 'eq', value: 4 }, true, false],
  [{ field: 'purchases.count', op: 'eq', value: 1, within: 'P1W' }, true, false],
  [{ field: 'purchases.total', op: 'eq', value: 3.55, within: 'P1W' }, true, false],
  [{ field: 'purchases.total', op: 'gte', value: 12_345 }, true, false],
  [{ field: 'purchases.product', op: 'eq', value: 'mug' }, true, false],
  [{ field: 'purchases.product', op: 'eq', value: 'mug', within: 'P1W' }, false, false],
  [{ field: 'purchases.product', op: 'ne', value: 'mug', within: 'P1W' }, true, true],
  [{ field: 'purchases.category', op: 'in', value: ['Food'] }, true, false],
  [{ field: 'purchases.category', op: 'exists' }, true, false],
  [{ field: 'purchases.last_category', op: 'exists' }, false, false],
  [{ field: 'clicks.count', op: 'gt', value: 200 }, true, false],
  [{ field: 'clicks.count', op: 'eq', value: 1, within: 'P1W' }, true, false],
  [{ field: 'clicks.product', op: 'contains', value: 'mu' }, true, false],
  [{ field: 'clicks.category', op: 'eq', value: 'Kitchen', within: 'P2W' }, true, false],
  [{ field: 'message.clicked', op: 'eq', value: true, within: 'P2D' }, true, false],
  [{ field: 'message.delivered', op: 'eq', value: true, within: 'P2D' }, false, false],
  [{ field: 'message.replied', op: 'eq', value: false }, true, true],
  [{ field: 'message.clicked', op: 'gte', value: 1 }, true, false],
  [{ field: 'profile.city', op: 'lt', value: 5 }, false, false],
  [
    {
      all: [
        { field: 'segment', op: 'exists' },
        { field: 'rfm.f', op: 'eq', value: 4 },
      ],
    },
    true,
    false,
  ],
  [
    {
      any: [
        { field: 'segment', op: 'eq', value: 'Lost' },
        { field: 'rfm.frequency', op: 'lt', value: 9 },
      ],
    },
    true,
    true,
  ],
  [{ not: { field: 'segment', op: 'eq', value: 'Loyal' } }, false, true],
])('%j is told of who bought and of who never did', (condition, ofAda, ofBilal) => {
  expect([holds(condition, ada), holds(condition, bilal)]).toEqual([ofAda, ofBilal])
})
