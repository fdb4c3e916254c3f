import { describe, expect, test } from 'vitest'
import { intakes } from '../../consumers/intake.ts'
import type { Inbound } from '../../schemas/events.ts'
import { events, itemEvents } from '../../schemas/topics.ts'

const APPENDED = Date.UTC(2026, 0, 2)
const where = { partition: 3, offset: 9, appendedAt: APPENDED, personal: undefined }
const all = intakes({ currency: 'PKR', region: 'PK' })
const of = (topic: string) => all.find(({ input }) => input.name === topic)!
const read = (topic: string, raw: unknown) => of(topic).read!(raw, where)

const common = { id: 'e1', customerId: 'ada', occurredAt: '2026-01-01T00:00:00Z' }
const examples: Readonly<Record<string, Record<string, unknown>>> = {
  purchase: { type: 'purchase', ...common, orderId: 'o1', lines: [{ productId: 'p', quantity: 1, unitPrice: 2.5 }] },
  refund: { type: 'refund', ...common, orderId: 'o1', lines: [{ productId: 'p', quantity: 1, unitPrice: '2.50' }] },
  click: { type: 'click', ...common, kind: 'view', productId: 'p' },
  message: { type: 'message', ...common, direction: 'in', channel: 'sms', text: 'meri chai?' },
  profile: { type: 'profile', ...common, traits: { city: 'Lahore', phone: '0300 1234567' } },
  consent: { type: 'consent', ...common, channel: 'sms', state: 'granted' },
  product: { type: 'product', id: 'e1', occurredAt: common.occurredAt, productId: 'p' },
}
const carries: Readonly<Record<string, readonly string[]>> = {
  purchases: ['purchase', 'refund'],
  clicks: ['click'],
  messages: ['message'],
  profiles: ['profile'],
  consents: ['consent'],
  products: ['product'],
}

test('there is one intake for each typed topic, so that each source’s order is its own', () => {
  expect(all.map(({ name, input }) => [name, input.name, input.open])).toEqual(
    Object.keys(carries).map(topic => [`intake-${topic}`, topic, true]),
  )
})

describe.each(Object.keys(carries))('%s', topic => {
  test.each(Object.keys(examples))('a %s is taken where it belongs, and a dead letter elsewhere', type => {
    const outcome = read(topic, examples[type])
    if (carries[topic]!.includes(type)) expect(outcome).toMatchObject({ event: { type, id: 'e1' } })
    else expect(outcome).toEqual({ unreadable: { code: 'type_unknown', message: expect.stringContaining(`${topic} carries`) } })
  })
})

test('what it says goes to the stream of the one it is about, whatever key and partition it came with', () => {
  const fold = (topic: string, type: string) => {
    const folded = of(topic).fold({}, (read(topic, examples[type]) as { event: Inbound }).event, where)
    return 'outputs' in folded ? folded.outputs : folded.refused
  }
  expect(fold('clicks', 'click')).toMatchObject([{ topic: events, key: 'ada' }])
  expect(fold('products', 'product')).toMatchObject([{ topic: itemEvents, key: 'p' }])
})

test('fields it has no name for are kept, and shop’s defaults filled in', () => {
  expect(read('purchases', { ...examples.purchase, coupon: 'EID' })).toMatchObject({
    event: {
      currency: 'PKR',
      occurredAt: '2026-01-01T00:00:00.000Z',
      lines: [{ unitPrice: '2.5' }],
      properties: { coupon: 'EID' },
    },
  })
})

test.each([
  ['no object', 'clicks', 'tea', 'event_invalid', ''],
  ['no type', 'clicks', { ...examples.click, type: undefined }, 'field_missing', '/type'],
  ['no id', 'clicks', { ...examples.click, id: undefined }, 'field_missing', '/id'],
  [
    'a quantity that is no number',
    'purchases',
    { ...examples.purchase, lines: [{ productId: 'p', quantity: 'six', unitPrice: '1' }] },
    'field_invalid',
    '/lines/0/quantity',
  ],
  ['another currency', 'purchases', { ...examples.purchase, currency: 'USD' }, 'currency_unsupported', '/currency'],
])('%s is a dead letter that says what is wrong and where', (_, topic, raw, code, pointer) => {
  const outcome = read(topic, raw)
  expect(outcome).toMatchObject({ unreadable: { code } })
  expect((outcome as { unreadable: { message: string } }).unreadable.message.startsWith(pointer)).toBe(true)
})

test('now is when the record was appended, not when it is read: a refold decides the same', () => {
  const day = 86_400_000
  const occurred = (at: number) => read('clicks', { ...examples.click, occurredAt: new Date(at).toISOString() })
  expect(occurred(APPENDED + day)).toHaveProperty('event')
  expect(occurred(APPENDED + day + 1)).toMatchObject({ unreadable: { code: 'time_out_of_range' } })
})
