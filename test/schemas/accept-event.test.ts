import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { acceptEvent } from '../../schemas/accept-event.ts'
import { fixes } from '../../schemas/error-codes.ts'
import { inbound } from '../../schemas/events.ts'

const shop = { currency: 'GBP', region: 'PK', now: Date.parse('2024-06-01T00:00:00Z') } as const
const checks = new Map(Object.entries(inbound).map(([type, schema]) => [type, Compile(schema)]))

const purchase = {
  type: 'purchase',
  id: 'e1',
  customerId: '17850',
  occurredAt: '2010-12-01T08:26:00.000Z',
  orderId: '536365',
  currency: 'GBP',
  lines: [{ productId: '85123A', quantity: 6, unitPrice: '2.55' }],
}
const profile = (traits: object) => ({
  type: 'profile',
  id: 'e6',
  customerId: 'c',
  occurredAt: '2024-01-01T00:00:00.000Z',
  traits,
})
const click = { type: 'click', id: 'e3', customerId: 'c', occurredAt: '2024-01-01T00:00:00.000Z', kind: 'view' }

const accepted = (raw: unknown): Record<string, unknown> => {
  const outcome = acceptEvent(raw, shop)
  if ('refusal' in outcome) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`)
  expect([...checks.get(outcome.event.type)!.Errors(outcome.event)]).toEqual([])
  return { ...outcome.event }
}
const refusal = (raw: unknown) => {
  const outcome = acceptEvent(raw, shop)
  if ('event' in outcome) throw new Error(`accepted: ${JSON.stringify(outcome.event)}`)
  return outcome.refusal
}
const where = (raw: unknown) => {
  const { code, pointer } = refusal(raw)
  return [code, pointer]
}
const withLine = (line: object) => ({ ...purchase, lines: [{ ...purchase.lines[0], ...line }] })

test('every example of the contract is taken', () => {
  const at = { occurredAt: '2024-01-01T00:00:00Z', customerId: '17850' }
  const examples = [
    purchase,
    { type: 'refund', id: 'e2', ...at, orderId: 'C536379', refundOf: '536365', currency: 'GBP', lines: purchase.lines },
    { ...click, productId: '85123A' },
    { type: 'message', id: 'e4', ...at, direction: 'in', channel: 'sms', text: 'آداب', campaignId: 'c1' },
    {
      type: 'product',
      id: 'e5',
      occurredAt: at.occurredAt,
      productId: 'p',
      name: 'n',
      description: 'd',
      category: 'c',
      brand: 'b',
      tags: [],
      price: '2.55',
      currency: 'GBP',
      available: true,
    },
    profile({
      firstName: 'A',
      phone: '+923001234567',
      age: 31,
      gender: 'female',
      interests: ['tea'],
      city: 'Lahore',
      timeZone: 'Asia/Karachi',
      language: 'ur',
      birthday: '1995-02-03',
      socialMediaActivity: 'high',
    }),
    { type: 'consent', id: 'e7', ...at, channel: 'sms', state: 'granted', source: 'checkout' },
  ]
  expect(examples.map(example => accepted(example).type)).toEqual(Object.keys(inbound).toSorted((a, b) => order(a) - order(b)))
  function order(type: string): number {
    return ['purchase', 'refund', 'click', 'message', 'product', 'profile', 'consent'].indexOf(type)
  }
})

test.each([
  ['a number instead of an event', 7, 'event_invalid', ''],
  ['a list', [purchase], 'event_invalid', ''],
  ['null', null, 'event_invalid', ''],
  ['no type', { id: 'e' }, 'field_missing', '/type'],
  ['a type of another kind', { type: 7 }, 'field_invalid', '/type'],
  ['an unknown type', { type: 'purchse' }, 'type_unknown', '/type'],
  ['a type that every object inherits', { type: 'constructor' }, 'type_unknown', '/type'],
  ['no id', { ...purchase, id: undefined }, 'field_missing', '/id'],
  ['a null customer', { ...purchase, customerId: null }, 'field_missing', '/customerId'],
  ['an empty customer', { ...purchase, customerId: '' }, 'field_invalid', '/customerId'],
  ['a number as id', { ...purchase, customerId: 17850 }, 'field_invalid', '/customerId'],
  ['an id too long', { ...purchase, id: 'x'.repeat(129) }, 'field_too_long', '/id'],
  ['a line feed in an id', { ...purchase, orderId: 'a\nb' }, 'character_invalid', '/orderId'],
  ['NUL in an id', { ...purchase, orderId: 'a\0b' }, 'character_invalid', '/orderId'],
  ['a lone surrogate in an id', { ...purchase, orderId: 'a\ud800' }, 'character_invalid', '/orderId'],
  ['no lines', { ...purchase, lines: [] }, 'field_invalid', '/lines'],
  ['lines that are no list', { ...purchase, lines: { 0: purchase.lines[0] } }, 'field_invalid', '/lines'],
  ['a null line', { ...purchase, lines: [null] }, 'field_invalid', '/lines/0'],
  ['too many lines', { ...purchase, lines: Array(1001).fill(purchase.lines[0]) }, 'list_too_long', '/lines'],
  [
    'a second line without product',
    { ...purchase, lines: [purchase.lines[0], { quantity: 1, unitPrice: '1' }] },
    'field_missing',
    '/lines/1/productId',
  ],
  ['a quantity as text', withLine({ quantity: '6' }), 'field_invalid', '/lines/0/quantity'],
  ['a huge quantity', withLine({ quantity: 1e10 }), 'number_out_of_range', '/lines/0/quantity'],
  ['an infinite quantity', withLine({ quantity: Number.POSITIVE_INFINITY }), 'number_out_of_range', '/lines/0/quantity'],
  ['a quantity of five decimals', withLine({ quantity: 0.12345 }), 'number_out_of_range', '/lines/0/quantity'],
  ['a huge price', withLine({ unitPrice: '1000000000001' }), 'number_out_of_range', '/lines/0/unitPrice'],
  ['a price of twenty decimals', withLine({ unitPrice: '0.12345678901234567890' }), 'number_out_of_range', '/lines/0/unitPrice'],
  ['a price with a comma', withLine({ unitPrice: '2,55' }), 'field_invalid', '/lines/0/unitPrice'],
  ['a price in scientific form', withLine({ unitPrice: '1e3' }), 'field_invalid', '/lines/0/unitPrice'],
  ['a line that is too big in all', withLine({ quantity: 1e6, unitPrice: '1000000' }), 'number_out_of_range', '/lines/0'],
  ['another currency', { ...purchase, currency: 'USD' }, 'currency_unsupported', '/currency'],
  ['a currency that is none', { ...purchase, currency: '£' }, 'field_invalid', '/currency'],
  [
    'a refund of a negative quantity',
    { ...withLine({ quantity: -1 }), type: 'refund' },
    'number_out_of_range',
    '/lines/0/quantity',
  ],
  ['a refund of nothing', { ...withLine({ quantity: 0 }), type: 'refund' }, 'number_out_of_range', '/lines/0/quantity'],
  [
    'a refund at a negative price',
    { ...withLine({ unitPrice: '-1' }), type: 'refund' },
    'number_out_of_range',
    '/lines/0/unitPrice',
  ],
  ['a kind of click nobody knows', { ...click, kind: 'stare' }, 'field_invalid', '/kind'],
  ['a phone that is none', profile({ phone: '123' }), 'phone_invalid', '/traits/phone'],
  ['a phone as a number', profile({ phone: 923001234567 }), 'field_invalid', '/traits/phone'],
  ['an e-mail without @', profile({ email: 'ada' }), 'field_invalid', '/traits/email'],
  ['a time zone of fantasy', profile({ timeZone: 'Asia/Atlantis' }), 'field_invalid', '/traits/timeZone'],
  ['an offset as time zone', profile({ timeZone: '+05:00' }), 'field_invalid', '/traits/timeZone'],
  ['a birthday that never was', profile({ birthday: '1995-02-30' }), 'time_invalid', '/traits/birthday'],
  ['a birthday to come', profile({ birthday: '2095-02-03' }), 'time_out_of_range', '/traits/birthday'],
  ['an age of a turtle', profile({ age: 201 }), 'number_out_of_range', '/traits/age'],
  ['an interest that is a number', profile({ interests: ['tea', 4] }), 'field_invalid', '/traits/interests/1'],
  [
    'NUL in a text',
    { type: 'message', id: 'm', customerId: 'c', occurredAt: '2024-01-01', direction: 'in', channel: 'sms', text: 'a\0' },
    'character_invalid',
    '/text',
  ],
  ['a text too long', { ...click, query: 'x'.repeat(1001) }, 'field_too_long', '/query'],
  ['properties that are a list', { ...purchase, properties: [] }, 'field_invalid', '/properties'],
  ['NUL deep in properties', { ...purchase, properties: { a: [{ 'b/c': 'x\0' }] } }, 'character_invalid', '/properties/a/0/b~1c'],
  ['a lone surrogate in an extra field', { ...purchase, note: { a: '\udc00' } }, 'character_invalid', '/note/a'],
  ['NUL in a field name', { ...purchase, 'a\0': 1 }, 'character_invalid', '/a\ufffd'],
  [
    'too many properties',
    { ...purchase, properties: { a: 'x'.repeat(40_000) }, b: 'x'.repeat(40_000) },
    'properties_too_large',
    '/b',
  ],
] as const)('refused with its code and place: %s', (_, raw, code, pointer) => {
  expect(where(raw)).toEqual([code, pointer])
  expect(fixes[code]).toBeTypeOf('string')
})

test('a refused currency names both currencies and the setting', () => {
  expect(refusal({ ...purchase, currency: 'USD' }).message).toMatch(/GBP.*TARANG_CURRENCY.*USD/)
})

test('a message shows only the start of what came and never what Postgres cannot keep', () => {
  const { message, pointer } = refusal({ ...click, kind: `\0\ud800${'x'.repeat(10_000)}` })
  expect(message.length).toBeLessThan(250)
  expect(`${message}${pointer}`).not.toMatch(/[\0\p{Surrogate}]/u)
})

test('properties may nest twenty levels and no more', () => {
  const nested = (levels: number): object => (levels === 0 ? {} : { in: nested(levels - 1) })
  accepted({ ...purchase, properties: nested(19) })
  expect(refusal({ ...purchase, properties: nested(20) }).code).toBe('properties_too_deep')
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  expect(refusal({ ...purchase, cyclic }).code).toBe('properties_too_deep')
})

describe('unknown fields', () => {
  test('move into properties at their level; what stands there by name stays', () => {
    const event = accepted({
      ...purchase,
      coupon: 'EID',
      properties: { coupon: 'ours', site: 'a' },
      lines: [{ ...purchase.lines[0], colour: 'red' }],
    })
    expect(event.properties).toEqual({ coupon: 'ours', site: 'a' })
    expect(event.lines).toEqual([{ ...purchase.lines[0], properties: { colour: 'red' } }])
    expect(accepted(profile({ age: 3, shoe: 42 })).traits).toEqual({ age: 3, properties: { shoe: 42 } })
  })

  test('a sealed text cannot be smuggled in', () => {
    expect(accepted({ ...click, sealed: 'k.x' }).properties).toEqual({ sealed: 'k.x' })
  })

  test('named __proto__ change no prototype and are left out', () => {
    const raw = JSON.parse(
      `{"__proto__":{"polluted":1},"x":{"__proto__":{"polluted":1},"y":2},${JSON.stringify(purchase).slice(1)}`,
    )
    const event = accepted(raw)
    expect(JSON.stringify(event.properties)).toBe('{"x":{"y":2}}')
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('what is brought to one form', () => {
  test.each([
    ['2010-12-01T08:26:00Z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01T08:26:00.123456Z', '2010-12-01T08:26:00.123Z'],
    ['2010-12-01T08:26:00.285+05:00', '2010-12-01T03:26:00.285Z'],
    ['2010-12-01T08:26-0330', '2010-12-01T11:56:00.000Z'],
    ['2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01t08:26:00z', '2010-12-01T08:26:00.000Z'],
    ['2010-12-01', '2010-12-01T00:00:00.000Z'],
    ['2012-02-29', '2012-02-29T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2024-06-02T00:00:00Z', '2024-06-02T00:00:00.000Z'],
  ])('the instant %s', (given, kept) => {
    expect(accepted({ ...purchase, occurredAt: given }).occurredAt).toBe(kept)
  })

  test.each([
    ['2011-02-30', 'time_invalid'],
    ['2100-02-29', 'time_invalid'],
    ['2011-13-01', 'time_invalid'],
    ['2011-01-01T24:00:00Z', 'time_invalid'],
    ['2011-01-01T10:00:00+25:00', 'time_invalid'],
    ['yesterday', 'time_invalid'],
    ['01/12/2010', 'time_invalid'],
    ['', 'time_invalid'],
    ['1969-12-31T23:59:59.999Z', 'time_out_of_range'],
    ['1970-01-01T00:00:00+05:00', 'time_out_of_range'],
    ['0071-01-01T00:00:00Z', 'time_out_of_range'],
    ['2024-06-02T00:00:00.001Z', 'time_out_of_range'],
    ['9999-01-01', 'time_out_of_range'],
  ])('the instant %s is refused', (given, code) => {
    expect(where({ ...purchase, occurredAt: given })).toEqual([code, '/occurredAt'])
  })

  test('an instant as a number is refused with a word on the form', () => {
    expect(refusal({ ...purchase, occurredAt: 1291191960000 }).message).toContain('ISO 8601')
  })

  test.each([
    [2.55, '2.55'],
    [0.1 + 0.2, '0.3'],
    [3, '3'],
    [1e-7, '0.0000001'],
    [-0, '0'],
    ['0.001', '0.001'],
    ['-5.00', '-5.00'],
    [1e12, '1000000000000'],
  ])('the price %s', (given, kept) => {
    const [line] = accepted(withLine({ unitPrice: given, quantity: 0 })).lines as { unitPrice: string }[]
    expect(line!.unitPrice).toBe(kept)
  })

  test('the currency is the shop’s where none is said, on a product only with a price', () => {
    const { currency: _, ...unsaid } = purchase
    expect(accepted(unsaid).currency).toBe('GBP')
    expect(accepted({ ...purchase, currency: 'gbp' }).currency).toBe('GBP')
    const product = { type: 'product', id: 'e', occurredAt: '2024-01-01', productId: 'p' }
    expect(accepted(product).currency).toBeUndefined()
    expect(accepted({ ...product, price: 5 })).toMatchObject({ price: '5', currency: 'GBP' })
    expect(where({ ...product, price: 5, currency: 'USD' })).toEqual(['currency_unsupported', '/currency'])
  })

  test.each([
    ['0300 1234567', '+923001234567'],
    ['+92 (300) 123-4567', '+923001234567'],
    ['+44 20 7946 0958', '+442079460958'],
  ])('the phone %s', (given, kept) => {
    expect(accepted(profile({ phone: given })).traits).toEqual({ phone: kept })
  })

  test('an e-mail is trimmed; zones that Intl knows under an older name are known', () => {
    expect(accepted(profile({ email: ' ada@example.org ', timeZone: 'Asia/Kolkata' })).traits).toEqual({
      email: 'ada@example.org',
      timeZone: 'Asia/Kolkata',
    })
  })

  test('an id of 128 letters outside the basic plane is 128 characters', () => {
    expect(accepted({ ...purchase, id: '𐐷'.repeat(128) }).id).toBe('𐐷'.repeat(128))
  })
})

test('a purchase of nothing, or at no price, is a fact that is kept', () => {
  accepted(withLine({ quantity: -3 }))
  accepted(withLine({ unitPrice: '0' }))
  accepted(withLine({ quantity: 0.0001 }))
})

/** Events that are nearly right, so that fuzzing reaches past the first check. */
const spoilt = fc
  .tuple(
    fc.constantFrom<Record<string, unknown>>(purchase, { ...purchase, type: 'refund' }, click, profile({ age: 3 })),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom('id', 'lines', 'traits', 'occurredAt', 'currency', 'properties', 'quantity', '__proto__', 'type'),
        fc.string({ unit: 'binary' }),
      ),
      fc.jsonValue({ stringUnit: 'binary' }),
      { maxKeys: 3 },
    ),
  )
  .map(([event, fields]) => JSON.parse(JSON.stringify({ ...event, ...fields })) as unknown)

describe('whatever comes', () => {
  test('nothing throws, and what is accepted passes its schema and comes through again unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), spoilt), raw => {
        const outcome = acceptEvent(raw, shop)
        if ('refusal' in outcome) {
          expect(Object.keys(fixes)).toContain(outcome.refusal.code)
          return
        }
        expect(checks.get(outcome.event.type)!.Check(outcome.event)).toBe(true)
        expect(acceptEvent(JSON.parse(JSON.stringify(outcome.event)), shop)).toEqual(outcome)
      }),
      { numRuns: 2000 },
    )
  })

  test('an event is read the same whatever the order of its fields', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries({ ...purchase, extra: 1 }), { minLength: 8 }), entries => {
        expect(accepted(Object.fromEntries(entries))).toEqual(accepted({ ...purchase, extra: 1 }))
      }),
    )
  })
})
