import fc from 'fast-check'
import { expect, test } from 'vitest'
import { itemTable } from '../../consumers/item-state.ts'
import { items } from '../../consumers/items.ts'
import { worth } from '../../models/fading.ts'
import { weightOf } from '../../models/item-similarity.ts'
import type { Product } from '../../schemas/events.ts'
import type { ItemEvent, Signal } from '../../schemas/records.ts'
import { itemState } from '../../schemas/topics.ts'
import { FoldInMemory, toldTo } from '../support/fold-in-memory.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const described = (day: number, id: string, more: Partial<Product>): Product => ({
  type: 'product',
  id,
  occurredAt: new Date(NOW + day * DAY).toISOString(),
  productId: 'tea',
  ...more,
})
const signal = (customerId: string, seq: number, more: Partial<Signal> = {}): Signal => ({
  type: 'signal',
  productId: 'tea',
  customerId,
  seq,
  at: NOW,
  weight: 1,
  with: [],
  ...more,
})

async function folded(...all: ItemEvent[]) {
  const running = await FoldInMemory.of(items)
  for (const event of all) running.feed(event)
  return running
}
const tea = (running: Awaited<ReturnType<typeof folded>>) => running.entry('item', ['tea'])

test('the catalogue’s newest word on a field stands, by time and then id, and an older one that comes late changes nothing', async () => {
  const running = await folded(described(2, 'p2', { name: 'Green tea', price: '2.00', available: true }))
  expect(running.feed(described(1, 'p1', { name: 'Tea', price: '1.00', available: false }))).toEqual([])
  expect(running.feed(described(2, 'p0', { name: 'Tea' }))).toEqual([])
  running.feed(described(2, 'p3', { name: 'Matcha' }))
  expect(toldTo(itemState, running.outputs).at(-1)).toMatchObject({
    productId: 'tea',
    version: 2,
    name: 'Matcha',
    price: '2.00',
    available: true,
  })
})

test('what a newer word leaves out stays as it was', async () => {
  const running = await folded(
    described(1, 'a', { name: 'Tea', brand: 'B', tags: ['x'] }),
    described(2, 'b', { available: false }),
  )
  expect(tea(running).catalogue.fields).toMatchObject({ name: 'Tea', brand: 'B', tags: ['x'], available: false })
})

test('a product says where on the log its words changed last, not where its price or its customers did', async () => {
  const running = await FoldInMemory.of(items)
  const place = () => tea(running).textOffset
  running.feed(described(1, 'a', { name: 'Tea' }), { offset: 5 })
  expect(place()).toBe(5)
  running.feed(described(2, 'b', { name: 'Tea', price: '2.00', description: 'Of leaves' }), { offset: 6 })
  running.feed(signal('ada', 1), { offset: 7 })
  expect(place()).toBe(5)
  running.feed(described(3, 'c', { tags: ['green'] }), { offset: 8 })
  expect(place()).toBe(8)
})

test('whatever order a catalogue arrives in, the product ends the same', async () => {
  const word = fc.record(
    {
      day: fc.integer({ min: 0, max: 3 }),
      name: fc.constantFrom('Tea', 'Green tea'),
      price: fc.constantFrom('1.00', '2.00'),
      tags: fc.constantFrom<string[]>(['x'], []),
      available: fc.boolean(),
    },
    { requiredKeys: ['day'] },
  )
  const words = fc
    .array(word, { minLength: 1, maxLength: 8 })
    .map(all => all.map(({ day, ...more }, n) => described(day, `p${n}`, more)))
  await fc.assert(
    fc.asyncProperty(
      words.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      async ([one, other]) => {
        const [a, b] = [tea(await folded(...one)), tea(await folded(...other))]
        expect(a.catalogue).toEqual(b.catalogue)
      },
    ),
    { numRuns: 100 },
  )
})

test('the same catalogue event counts once, for its product', async () => {
  const running = await folded(described(1, 'a', { name: 'Tea' }))
  expect(running.feed(described(5, 'a', { name: 'Again' }))).toBeUndefined()
  expect(running.feed({ ...described(5, 'a', { name: 'Cup' }), productId: 'cup' })).toHaveLength(1)
})

test('a signal that comes again, or late, changes nothing and says nothing', async () => {
  const running = await folded(signal('ada', 1), signal('ada', 3, { weight: 0.5, with: [{ productId: 'cup', weight: 0.2 }] }))
  const before = tea(running)
  expect(running.feed(signal('ada', 3, { weight: 0.9 }))).toEqual([])
  expect(running.feed(signal('ada', 2))).toEqual([])
  expect(tea(running)).toBe(before)
})

test('signals that come again, late or never heal: only each customer’s last counts in norms and neighbours', async () => {
  const one = fc.record({
    customerId: fc.constantFrom('ada', 'bob', 'cyd'),
    at: fc.integer({ min: 0, max: 60 }).map(day => NOW + day * DAY),
    weight: fc.constantFrom(0.1, 0.5, 1),
    with: fc.uniqueArray(fc.record({ productId: fc.constantFrom('cup', 'pot', 'mat'), weight: fc.constantFrom(0.1, 0.5) }), {
      selector: other => other.productId,
    }),
  })
  const both = fc
    .array(one, { minLength: 1, maxLength: 12 })
    .map(all => all.map((told, i) => signal(told.customerId, i + 1, told)))
    .chain(all =>
      fc.tuple(fc.constant([...new Map(all.map(told => [told.customerId, told])).values()]), fc.constant(all), fc.subarray(all)),
    )
  await fc.assert(
    fc.asyncProperty(both, async ([last, all, some]) => {
      const plain = tea(await folded(...last)).company
      for (const storm of [all, [...all, ...some], [...some, ...last]]) {
        const { norm, pairs } = tea(await folded(...storm)).company
        const scale = weightOf(NOW + 60 * DAY) * 12
        expect(Math.abs(norm - plain.norm)).toBeLessThan(1e-9 * scale)
        for (const id of ['cup', 'pot', 'mat'])
          expect(Math.abs((pairs.get(id) ?? 0) - (plain.pairs.get(id) ?? 0))).toBeLessThan(1e-9 * scale)
      }
    }),
    { numRuns: 150 },
  )
})

test('a trend grows by what is new in a signal, so one customer looking again and again does not make a trend', async () => {
  const worthNow = async (...all: Signal[]) => worth(tea(await folded(...all)).trend, NOW, 7 * DAY)
  expect(await worthNow(signal('ada', 1), signal('bob', 1))).toBe(2)
  expect(await worthNow(signal('ada', 1), signal('ada', 2), signal('ada', 3))).toBe(1)
  expect(await worthNow(signal('ada', 1, { weight: 0.4 }), signal('ada', 2, { weight: 1 }))).toBeCloseTo(1, 12)
  expect(await worthNow(signal('ada', 1, { at: NOW - 7 * DAY }), signal('ada', 2))).toBeCloseTo(0.5 + 0.5, 12)
  expect(await worthNow(signal('ada', 1, { at: NOW - 7 * DAY }))).toBeCloseTo(0.5, 12)
})

test('every change is told whole, under one version more', async () => {
  const running = await folded(
    signal('ada', 1, { with: [{ productId: 'cup', weight: 0.5 }] }),
    described(1, 'a', { name: 'Tea' }),
  )
  expect(toldTo(itemState, running.outputs)).toEqual([
    {
      productId: 'tea',
      version: 1,
      available: true,
      trend: { value: 1, at: NOW },
      norm: weightOf(NOW),
      pairs: [{ productId: 'cup', value: 0.5 * weightOf(NOW) }],
    },
    {
      productId: 'tea',
      version: 2,
      name: 'Tea',
      available: true,
      trend: { value: 1, at: NOW },
      norm: weightOf(NOW),
      pairs: [{ productId: 'cup', value: 0.5 * weightOf(NOW) }],
    },
  ])
})

test('the same log gives the same bytes', async () => {
  const all = [
    signal('ada', 1),
    described(1, 'a', { name: 'Tea' }),
    signal('bob', 1, { with: [{ productId: 'cup', weight: 0.3 }] }),
    signal('ada', 2, { weight: 0.2 }),
  ]
  expect(JSON.stringify((await folded(...all)).outputs)).toBe(JSON.stringify((await folded(...all)).outputs))
})

test('an item comes back from its row as it went in', async () => {
  const item = tea(
    await folded(
      signal('ada', 1, { with: [{ productId: 'cup', weight: 0.5 }] }),
      described(1, 'a', { name: 'Tea', tags: ['x'], price: '1.00', available: false }),
    ),
  )
  const row = Object.fromEntries(
    itemTable.columns.map(({ name, type, value }) => [
      name,
      type === 'jsonb' && value(item) !== null ? JSON.parse(value(item) as string) : value(item),
    ]),
  )
  expect(itemTable.entry(row)).toEqual({ ...item, company: { ...item.company, pairs: new Map(item.company.pairs) } })
})

test('a product that can be had again, or costs less, is news of the event that made it so; what cannot be had is none', async () => {
  const running = await FoldInMemory.of(items)
  let day = 0
  const newsOf = (more: Partial<Product>) => {
    const id = `p${++day}`
    running.feed(described(day, id, more), { appendedAt: NOW + 400 * DAY })
    const kinds = ['back_in_stock', 'price_drop'] as const
    return kinds.filter((what, i) => (running.entry(i === 0 ? 'back' : 'cheaper', ['tea', what]) as { id: string }).id === id)
  }
  expect(newsOf({ name: 'Tea', price: '5.00' })).toEqual([])
  expect(newsOf({ price: '5.00', available: true })).toEqual([])
  expect(newsOf({ price: '6.00' })).toEqual([])
  expect(newsOf({ price: '5.9999' })).toEqual(['price_drop'])
  expect(newsOf({ available: false })).toEqual([])
  expect(newsOf({ price: '3.00' })).toEqual([])
  expect(newsOf({ available: true })).toEqual(['back_in_stock'])
  expect(newsOf({ available: false })).toEqual([])
  expect(newsOf({ available: true, price: '2.5' })).toEqual(['back_in_stock', 'price_drop'])
  expect(newsOf({ price: '0' })).toEqual([])
  expect(running.entry('cheaper', ['tea', 'price_drop'])).toEqual({ id: 'p9', at: NOW + 9 * DAY, appendedAt: NOW + 400 * DAY })
  running.feed(described(1, 'late', { price: '1.00' }))
  expect(running.entry('cheaper', ['tea', 'price_drop'])).toMatchObject({ id: 'p9' })
})

test('news that says it is of a time to come is of when it was appended', async () => {
  const running = await folded(described(0, 'a', { available: false }))
  running.feed(described(900, 'b', { available: true }), { appendedAt: NOW + DAY })
  expect(running.entry('back', ['tea', 'back_in_stock'])).toMatchObject({ at: NOW + DAY })
})
