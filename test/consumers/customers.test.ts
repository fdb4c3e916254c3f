import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { customers, type Met } from '../../consumers/customers.ts'
import { builtInTexts } from '../../infra/text-models.ts'
import { moodOf } from '../../models/mood.ts'
import { noCuts } from '../../models/rfm.ts'
import type { CustomerEvent } from '../../schemas/events.ts'
import type { RfmCuts } from '../../schemas/records.ts'
import { customerChanges, itemEvents, rfmDeltas, segmentChanges } from '../../schemas/topics.ts'
import { FoldInMemory, toldTo } from '../support/fold-in-memory.ts'

const fold = customers(builtInTexts())

const at = (day: number) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString()
const ms = (day: number) => Date.UTC(2026, 0, 1 + day)

let n = 0
const common = (day: number) => ({ id: `e${n++}`, customerId: 'ada', occurredAt: at(day) })
const line = (productId: string, quantity = 1, unitPrice = '10.00') => ({ productId, quantity, unitPrice })
type Line = ReturnType<typeof line>
const purchase = (day: number, orderId: string, ...lines: Line[]): CustomerEvent => ({
  type: 'purchase',
  ...common(day),
  orderId,
  currency: 'PKR',
  lines,
})
const refund = (day: number, ...lines: Line[]): CustomerEvent => ({
  type: 'refund',
  ...common(day),
  orderId: 'r',
  currency: 'PKR',
  lines,
})
const click = (day: number, kind: 'view' | 'cart_remove' | 'cart_add', productId?: string): CustomerEvent => ({
  type: 'click',
  ...common(day),
  kind,
  ...(productId === undefined ? {} : { productId }),
})
const consent = (day: number, state: 'granted' | 'revoked', id: string, channel = 'sms'): CustomerEvent => ({
  type: 'consent',
  ...common(day),
  id,
  channel,
  state,
})
const cuts = (version: number, some: Partial<RfmCuts> = {}): CustomerEvent => ({
  type: 'cuts',
  cuts: { ...noCuts, version, ...some },
})

async function folded(...events: Met[]) {
  const running = await FoldInMemory.of(fold)
  for (const event of events) running.feed(event)
  return running
}
const factsOf = (running: Awaited<ReturnType<typeof folded>>) => running.entry('customer', ['ada']).rfm

describe('purchases and refunds', () => {
  test('lines count with their money, their order once, however many events it comes in', async () => {
    const running = await folded(
      purchase(3, 'o1', line('tea', 2, '2.55')),
      purchase(1, 'o1', line('cup'), line('pot')),
      purchase(2, 'o2', line('tea')),
    )
    expect(factsOf(running)).toEqual({ firstAt: ms(1), lastAt: ms(3), orders: 2, gross: 351_000, net: 351_000 })
    expect(running.entry('order', ['ada', 'o1'])).toEqual({ firstAt: ms(1), lines: 3, gross: 251_000 })
  })

  test.each([
    ['nothing', line('tea', 0)],
    ['less than nothing', line('tea', -2)],
    ['no price', line('tea', 1, '0')],
    ['a price below nothing', line('tea', 1, '-3.00')],
  ])('a line of %s is kept, never counted: neither money nor order nor interest', async (_, odd) => {
    const running = await folded(purchase(1, 'o1', odd))
    expect(factsOf(running)).toEqual({ firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 })
    expect(running.entry('order', ['ada', 'o1']).lines).toBe(0)
    expect(toldTo(itemEvents, running.outputs)).toEqual([])
    expect(toldTo(rfmDeltas, running.outputs)).toEqual([])
    expect(toldTo(customerChanges, running.outputs)).toMatchObject([{ event: { lines: [odd] } }])
    running.feed(purchase(2, 'o1', odd, line('cup')))
    expect(factsOf(running)).toMatchObject({ firstAt: ms(2), orders: 1, gross: 100_000 })
  })

  test('a refund takes off net alone, also before anything was bought; then there is still no RFM', async () => {
    const running = await folded(refund(1, line('tea', 1, '4.00')))
    expect(factsOf(running)).toEqual({ firstAt: null, lastAt: null, orders: 0, gross: 0, net: -40_000 })
    expect(toldTo(rfmDeltas, running.outputs)).toEqual([])
    running.feed(purchase(2, 'o1', line('tea')))
    expect(factsOf(running)).toEqual({ firstAt: ms(2), lastAt: ms(2), orders: 1, gross: 100_000, net: 60_000 })
  })

  test('the same id counts once, whatever it says the second time', async () => {
    const first = purchase(1, 'o1', line('tea'))
    const running = await folded(first)
    expect(running.feed({ ...first, lines: [line('cup', 9)] } as CustomerEvent)).toBeUndefined()
    expect(factsOf(running)).toMatchObject({ gross: 100_000 })
  })

  test('facts and orders are the same in every arrival order', async () => {
    const anyLine = fc.record({
      productId: fc.constantFrom('a', 'b'),
      quantity: fc.integer({ min: -1, max: 5 }),
      unitPrice: fc.constantFrom('0', '0.99', '12.3456'),
    })
    const anyPurchase = fc
      .record({
        day: fc.nat(300),
        order: fc.constantFrom('o1', 'o2', 'o3'),
        lines: fc.array(anyLine, { minLength: 1, maxLength: 3 }),
        back: fc.boolean(),
      })
      .map(({ day, order, lines, back }) =>
        back
          ? refund(day, ...lines.map(one => ({ ...one, quantity: Math.max(1, one.quantity) })))
          : purchase(day, order, ...lines),
      )
    const both = fc
      .array(anyPurchase, { minLength: 1, maxLength: 12 })
      .chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
    await fc.assert(
      fc.asyncProperty(both, async ([sent, arrived]) => {
        const [a, b] = [await folded(...sent), await folded(...arrived)]
        expect(factsOf(b)).toEqual(factsOf(a))
        expect(b.entries.order).toEqual(a.entries.order)
      }),
      { numRuns: 200 },
    )
  })
})

describe('what is told', () => {
  test('every event makes one change, numbered, with where it left the customer', async () => {
    const [first, second] = [purchase(1, 'o1', line('tea')), click(2, 'view', 'cup')]
    const running = await folded(first, second, { type: 'message', ...common(3), direction: 'in', channel: 'sms', sealed: 'x' })
    expect(toldTo(customerChanges, running.outputs)).toMatchObject([
      { customerId: 'ada', seq: 1, at: ms(1), event: first, rfm: { orders: 1 } },
      { seq: 2, at: ms(2), event: second, rfm: { orders: 1 } },
      { seq: 3, event: { sealed: 'x' } },
    ])
  })

  test('a standing is told when it moved, absolute and numbered', async () => {
    const running = await folded(
      purchase(1, 'o1', line('tea')),
      click(2, 'view', 'cup'),
      refund(3, line('tea')),
      purchase(4, 'o1', line('tea')),
    )
    expect(toldTo(rfmDeltas, running.outputs)).toEqual([
      { type: 'facts', customerId: 'ada', seq: 1, lastAt: ms(1), orders: 1, gross: 100_000 },
      { type: 'facts', customerId: 'ada', seq: 4, lastAt: ms(4), orders: 1, gross: 200_000 },
    ])
  })

  test('each product touched hears of it once, with the company it was in', async () => {
    const running = await folded(purchase(1, 'o1', line('tea'), line('cup'), line('tea')))
    expect(toldTo(itemEvents, running.outputs)).toEqual([
      {
        type: 'signal',
        productId: 'cup',
        customerId: 'ada',
        seq: 1,
        at: ms(1),
        weight: 1,
        with: [{ productId: 'tea', weight: 1 }],
      },
      {
        type: 'signal',
        productId: 'tea',
        customerId: 'ada',
        seq: 1,
        at: ms(1),
        weight: 1,
        with: [{ productId: 'cup', weight: 1 }],
      },
    ])
    const told = running.feed(click(8, 'cart_add', 'pot'))
    expect(toldTo(itemEvents, told)).toMatchObject([
      {
        productId: 'pot',
        weight: 0.5,
        with: [
          { productId: 'tea', weight: 0.25 },
          { productId: 'cup', weight: 0.25 },
        ],
      },
    ])
  })

  test('a click that shows no interest, or is on no product, tells no product', async () => {
    const running = await folded(click(1, 'cart_remove', 'tea'), click(2, 'view'))
    expect(toldTo(itemEvents, running.outputs)).toEqual([])
    expect(toldTo(customerChanges, running.outputs)).toHaveLength(2)
  })

  test('what became of a text is a change and touches no fact', async () => {
    const running = await folded({ type: 'sms', ...common(1), requestId: 'r1', status: 'delivered' })
    expect(factsOf(running)).toEqual({ firstAt: null, lastAt: null, orders: 0, gross: 0, net: 0 })
    expect(toldTo(customerChanges, running.outputs)).toMatchObject([{ seq: 1, event: { type: 'sms', status: 'delivered' } }])
  })

  test('a link that was followed counts for engagement where a person did it, and never for a product or a purchase', async () => {
    const followed = (automatic: boolean): CustomerEvent => ({
      type: 'click',
      ...common(1),
      kind: 'link',
      requestId: 'r1',
      campaignId: 'c1',
      ...(automatic ? { automatic } : {}),
    })
    const [person, program] = [await folded(followed(false)), await folded(followed(true))]
    expect(person.entry('customer', ['ada']).engagement).not.toBeNull()
    expect(program.entry('customer', ['ada']).engagement).toBeNull()
    for (const running of [person, program]) {
      expect(factsOf(running).orders).toBe(0)
      expect(toldTo(itemEvents, running.outputs)).toEqual([])
      expect(toldTo(customerChanges, running.outputs)).toMatchObject([{ seq: 1, event: { kind: 'link', campaignId: 'c1' } }])
    }
  })

  test('the same events give the same outputs to the byte, and the same state', async () => {
    const events = [
      cuts(1),
      purchase(1, 'o1', line('tea'), line('cup')),
      click(2, 'view', 'pot'),
      refund(3, line('tea')),
      cuts(2, { frequency: [1, null, null, null] }),
    ]
    const [a, b] = [await folded(...events), await folded(...events)]
    expect(JSON.stringify(b.outputs)).toBe(JSON.stringify(a.outputs))
    expect(b.entries).toEqual(a.entries)
  })
})

describe('consents and traits', () => {
  test('the newest word on a channel stands by time and then id, whatever order it came in, each channel for itself', async () => {
    const word = fc.record({
      day: fc.nat(3),
      state: fc.constantFrom('granted' as const, 'revoked' as const),
      channel: fc.constantFrom('sms', 'email', '__proto__', 'constructor'),
    })
    const words = fc
      .array(word, { minLength: 1, maxLength: 8 })
      .map(all => all.map(({ day, state, channel }, i) => consent(day, state, `c${i}`, channel)))
      .chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
    await fc.assert(
      fc.asyncProperty(words, async ([sent, arrived]) => {
        const stands = (await folded(...arrived)).entry('customer', ['ada']).consents
        expect(stands).toEqual((await folded(...sent)).entry('customer', ['ada']).consents)
        for (const channel of ['sms', 'email']) {
          const newest = sent
            .filter(event => event.type === 'consent' && event.channel === channel)
            .map(event => event as Extract<CustomerEvent, { type: 'consent' }>)
            .sort((a, b) => (a.occurredAt === b.occurredAt ? (a.id < b.id ? -1 : 1) : a.occurredAt < b.occurredAt ? -1 : 1))
            .at(-1)
          expect(stands[channel]?.state).toBe(newest?.state)
        }
      }),
    )
  })

  test('a trait stands by time and then id, whatever order profiles came in, sealed ones included', async () => {
    const told = fc.record({
      day: fc.nat(3),
      traits: fc.record({ city: fc.constantFrom('Lahore', 'Multan'), age: fc.nat(90) }, { requiredKeys: [] }),
      personal: fc.record(
        { phone: fc.constantFrom('+923001234567', '+923007654321'), name: fc.constantFrom('Ada', 'Bo') },
        { requiredKeys: [] },
      ),
    })
    const all = fc
      .array(told, { minLength: 1, maxLength: 8 })
      .map(some =>
        some.map(({ day, traits, personal }, i) => ({
          event: { type: 'profile', ...common(day), id: `p${i}`, traits } as const,
          personal,
        })),
      )
      .chain(some => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })))
    await fc.assert(
      fc.asyncProperty(all, async ([sent, arrived]) => {
        const running = await FoldInMemory.of(fold)
        for (const { event, personal } of arrived) running.feed(event, { personal: { traits: personal } })
        const expected: Record<string, unknown> = {}
        const inOrder = [...sent].sort((a, b) => (a.event.occurredAt + a.event.id < b.event.occurredAt + b.event.id ? -1 : 1))
        for (const { event, personal } of inOrder) Object.assign(expected, event.traits, personal)
        expect(running.entry('profile', ['ada']).fields).toEqual(expected)
      }),
    )
  })

  test('a profile whose key is gone still sets what is not personal', async () => {
    const running = await FoldInMemory.of(fold)
    running.feed({ type: 'profile', ...common(1), traits: { city: 'Lahore' }, sealed: 'x' }, { personal: undefined })
    expect(running.entry('profile', ['ada']).fields).toEqual({ city: 'Lahore' })
  })

  test('profiles and what a customer writes are opened; what is written to them, or searched for, is not read by this fold', () => {
    const sealed = 'x'
    const message = { type: 'message', ...common(1), channel: 'sms', sealed } as const
    expect(fold.opens!({ type: 'profile', ...common(1), traits: {}, sealed }, {} as never)).toEqual({ owner: 'ada', sealed })
    expect(fold.opens!({ ...message, direction: 'in' }, {} as never)).toEqual({ owner: 'ada', sealed })
    expect(fold.opens!({ ...message, direction: 'out' }, {} as never)).toBeUndefined()
    expect(fold.opens!({ type: 'click', ...common(1), kind: 'search', sealed }, {} as never)).toBeUndefined()
  })
})

describe('moods and engagement', () => {
  const message = (day: number, direction: 'in' | 'out' = 'in') =>
    ({ type: 'message', ...common(day), direction, channel: 'sms', sealed: 'x' }) as const
  const opened = (text: string) => ({ personal: { text } })

  test('what a customer writes in any of three languages tells how they feel; what is written to them tells nothing', async () => {
    const running = await FoldInMemory.of(fold)
    for (const text of ['Very bad quality, terrible service', 'Quality bohat kharab hai', 'معیار بہت خراب ہے'])
      running.feed(message(1), opened(text))
    running.feed(message(1, 'out'), opened('Thank you, wonderful, excellent!'))
    expect(running.entry('mood', ['ada'])).toHaveLength(3)
    expect(moodOf(running.entry('mood', ['ada']))).toMatchObject({ label: 'negative' })
  })

  test('a message whose key is gone says nothing, and is no error', async () => {
    const running = await FoldInMemory.of(fold)
    running.feed(message(1), { personal: undefined })
    expect(running.entry('mood', ['ada'])).toEqual([])
  })

  test('what is written is kept under its seal with its place on the log', async () => {
    const running = await FoldInMemory.of(fold)
    const written = message(1)
    running.feed(written, { ...opened('hello'), offset: 7 })
    expect(running.entry('document', ['ada', written.id])).toMatchObject({ offset: 7, body: { sealed: 'x' } })
  })

  test('an order of many lines is one act, a view a tenth of one, a search none', async () => {
    const engagementOf = async (...events: Met[]) => (await folded(...events)).entry('customer', ['ada']).engagement
    const one = await engagementOf(purchase(1, 'o1', line('tea')))
    expect(await engagementOf(purchase(1, 'o1', line('tea'), line('cup')))).toBe(one)
    expect(Math.exp((await engagementOf(click(1, 'view', 'tea')))! - one!)).toBeCloseTo(0.1)
    expect(await engagementOf({ ...click(1, 'view'), kind: 'search' } as CustomerEvent)).toBeNull()
  })
})

describe('segments', () => {
  const everywhere = { recency: [ms(0), ms(0), ms(0), ms(0)], frequency: [1, 2, 3, 4], monetary: [1, 1, 1, 1], customers: 9 }

  test('there is none before the first cuts, then one is decided at the customer’s own event', async () => {
    const running = await folded(purchase(1, 'o1', line('tea')))
    expect(running.entry('customer', ['ada']).segment).toBeNull()
    running.feed(cuts(7, everywhere))
    const told = running.feed(purchase(2, 'o2', line('tea')))
    expect(toldTo(segmentChanges, told)).toEqual([
      { customerId: 'ada', seq: 2, from: null, to: 'Potential Loyalist', cutsVersion: 7 },
    ])
    expect(toldTo(customerChanges, told)).toMatchObject([{ seq: 2, segment: { from: null, to: 'Potential Loyalist' } }])
    expect(running.entry('customer', ['ada']).segment).toBe('Potential Loyalist')
  })

  test('new cuts change nobody by themselves; met by the sweep, a customer between them moves, at the time of the cuts', async () => {
    const running = await folded(cuts(1, everywhere), purchase(1, 'o1', line('tea')), purchase(2, 'o2', line('tea')))
    expect(running.feed(cuts(2, { ...everywhere, frequency: [1, 1, 1, 2] }))).toEqual([])
    const told = running.feed({ type: 'recut', customerId: 'ada' }, { appendedAt: 777 })
    expect(toldTo(segmentChanges, told)).toEqual([
      { customerId: 'ada', seq: 3, from: 'Potential Loyalist', to: 'Champions', cutsVersion: 2 },
    ])
    expect(toldTo(customerChanges, told)).toEqual([
      {
        customerId: 'ada',
        seq: 3,
        at: 777,
        segment: { from: 'Potential Loyalist', to: 'Champions' },
        scores: { r: 5, f: 5, m: 5 },
        rfm: factsOf(running),
      },
    ])
  })

  test('a sweep that finds the segment as it was says nothing, counts nothing and writes nothing', async () => {
    const running = await folded(cuts(1, everywhere), purchase(1, 'o1', line('tea')))
    const before = running.entry('customer', ['ada'])
    expect(running.feed({ type: 'recut', customerId: 'ada' })).toEqual([])
    expect(running.entry('customer', ['ada'])).toBe(before)
  })

  test('who has no order has no segment, whatever the cuts', async () => {
    const running = await folded(cuts(1, everywhere), click(1, 'view', 'tea'), refund(2, line('tea')))
    expect(running.entry('customer', ['ada']).segment).toBeNull()
    expect(toldTo(segmentChanges, running.outputs)).toEqual([])
  })
})

test('an event that takes money to where sums are no longer exact is refused whole; what was counted stays', async () => {
  const running = await folded(purchase(1, 'o1', line('gold', 1e6, '600000.00')))
  const before = running.entries
  for (const event of [
    purchase(2, 'o2', line('gold', 1e6, '600000.00')),
    purchase(2, 'o2', line('gold', 1e9, '999999999999999.99')),
    refund(2, line('gold', 1e9, '2000000.00')),
  ])
    expect(() => running.feed(event)).toThrow('900,000,000,000')
  expect(running.entries).toEqual(before)
})

test('a purchase under the id that one of our own texts’ results has is another event', () => {
  const bought = purchase(1, 'o1', line('tea'))
  const told: CustomerEvent = {
    type: 'sms',
    id: 'r:1',
    customerId: 'ada',
    occurredAt: at(1),
    requestId: 'r',
    status: 'submitted',
  }
  expect(fold.identity!({ ...bought, id: 'r:1' } as Met)).not.toEqual(fold.identity!(told))
  const followed = { type: 'click', id: 'r:1', customerId: 'ada', occurredAt: at(1), kind: 'link', requestId: 'r' } as const
  expect(fold.identity!({ ...bought, id: 'r:1' } as Met)).not.toEqual(fold.identity!(followed))
})
