import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ItemIndex } from '../../models/item-index.ts'
import { similarity, weightOf } from '../../models/item-similarity.ts'
import type { ItemState } from '../../schemas/records.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const TODAY = weightOf(NOW)

const item = (productId: string, more: Partial<ItemState> = {}): ItemState => ({
  productId,
  version: 1,
  available: true,
  trend: { value: 0, at: 0 },
  norm: 10 * TODAY,
  pairs: [],
  ...more,
})

const names = ['a', 'b', 'c', 'd', 'e', 'f']
const anyItem: fc.Arbitrary<ItemState> = fc
  .record({
    productId: fc.constantFrom(...names),
    version: fc.integer({ min: 1, max: 5 }),
    norm: fc.integer({ min: 1, max: 50 }).map(n => n * TODAY),
    pairs: fc.uniqueArray(
      fc.record({
        productId: fc.constantFrom(...names, 'never told of'),
        value: fc.integer({ min: 1, max: 9 }).map(n => n * TODAY),
      }),
      {
        selector: pair => pair.productId,
      },
    ),
    trend: fc.record({ value: fc.double({ min: 0, max: 9, noNaN: true }), at: fc.integer({ min: NOW - 100 * DAY, max: NOW }) }),
  })
  .map(({ productId, pairs, ...rest }) => item(productId, { ...rest, pairs: pairs.filter(pair => pair.productId !== productId) }))

/** What a product's newest state is, of several that came: the highest version, the first of equals. */
function newest(states: readonly ItemState[]): Map<string, ItemState> {
  const all = new Map<string, ItemState>()
  for (const state of states) if ((all.get(state.productId)?.version ?? 0) < state.version) all.set(state.productId, state)
  return all
}

function indexOf(states: readonly ItemState[]): ItemIndex {
  const index = new ItemIndex()
  for (const state of states) index.apply(state)
  return index
}

function neighbours(index: ItemIndex, productId: string): Map<string, number> {
  const found = new Map<string, number>()
  const product = index.numberOf(productId)
  if (product !== undefined)
    index.forEachNeighbour(product, TODAY, (other, similar) => found.set(index.item(other)!.productId, similar))
  return found
}

test('neighbours are those of the newest states, from both sides, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(anyItem, { maxLength: 25 }), states => {
      const [index, all] = [indexOf(states), newest(states)]
      const told = (p: ItemState, q: ItemState) => p.pairs.find(pair => pair.productId === q.productId)?.value ?? 0
      expect(index.size).toBe(all.size)
      for (const p of all.values()) {
        const expected = new Map<string, number>()
        for (const q of all.values()) {
          const shared = told(p, q) + told(q, p)
          if (shared > 0) expected.set(q.productId, similarity(shared, p.norm, q.norm, TODAY))
        }
        const found = neighbours(index, p.productId)
        expect(found).toEqual(expected)
        for (const [q, similar] of found) expect(neighbours(index, q).get(p.productId)).toBe(similar)
        const number = index.numberOf(p.productId)!
        const others = [...all.keys()].map(q => ({ product: index.numberOf(q)! }))
        for (const [k, q] of [...all.keys()].entries()) {
          const { product } = others[k]!
          expect(index.similarityOf(number, product, TODAY)).toBe(found.get(q) ?? 0)
          expect(index.sharedWith(number, others)[k]).toBe(index.sharedBy(product, number))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('the hottest come first, by what their trends are worth now, ties by id', () => {
  fc.assert(
    fc.property(fc.array(anyItem, { maxLength: 25 }), states => {
      const worth = ({ value, at }: ItemState['trend']) => Math.log2(value) + at / (7 * DAY)
      // A product that stopped trending cannot be: trends only grow with versions, so every product ends at the hottest it was.
      const growing = [...newest(states).keys()]
        .map(id => states.filter(({ productId, trend }) => productId === id && trend.value > 0))
        .filter(own => own.length > 0)
        .map(own => ({ ...own.reduce((p, q) => (worth(q.trend) > worth(p.trend) ? q : p)), version: 9 }))
      const index = indexOf([...growing, ...states])
      const expected = growing
        .sort((p, q) => worth(q.trend) - worth(p.trend) || (p.productId < q.productId ? -1 : 1))
        .map(({ productId, trend }) => ({ productId, relative: 2 ** (worth(trend) - worth(growing[0]!.trend)) }))
      expect([...index.hottest(NOW)].map(({ productId, relative }) => ({ productId, relative }))).toEqual(expected)
    }),
  )
})

test('three hundred products are kept in the order of their heat, the same whatever order they came in', () => {
  const states = Array.from({ length: 500 }, (_, n) =>
    item(`p${String(n).padStart(3, '0')}`, { trend: { value: 1 + Math.floor(n / 50), at: NOW } }),
  )
  const sorted = [...states].sort((p, q) => q.trend.value - p.trend.value || (p.productId < q.productId ? -1 : 1)).slice(0, 300)
  for (const order of [states, [...states].reverse(), states.map((_, n) => states[(n * 187) % 500]!)])
    expect([...indexOf(order).hottest(NOW)].map(({ productId }) => productId)).toEqual(sorted.map(({ productId }) => productId))
})

test('a product that trends anew moves up', () => {
  const index = indexOf([item('old', { trend: { value: 5, at: NOW - 70 * DAY } }), item('new', { trend: { value: 1, at: NOW } })])
  expect([...index.hottest(NOW)].map(({ productId }) => productId)).toEqual(['new', 'old'])
  index.apply(item('old', { version: 2, trend: { value: 2, at: NOW } }))
  expect([...index.hottest(NOW)].map(({ productId, relative }) => [productId, relative])).toEqual([
    ['old', 1],
    ['new', 0.5],
  ])
})

test('what trends is told anew when a product changes, and in another month', () => {
  const season = Array.from({ length: 12 }, (_, month) => (month === 0 ? 2 : 0.5))
  const index = indexOf([item('a', { trend: { value: 4, at: NOW } }), item('b', { trend: { value: 2, at: NOW } })])
  const told = (now: number) =>
    Object.fromEntries([...index.trends(now)].map(([product, one]) => [index.item(product)!.productId, one]))
  const february = NOW + 40 * DAY
  expect([told(NOW), told(february)]).toEqual([
    { a: 1, b: 0.5 },
    { a: 1, b: 0.5 },
  ])
  index.apply(item('b', { version: 2, trend: { value: 2, at: NOW }, season }))
  expect([told(NOW), told(february), told(NOW)]).toEqual([
    { a: 1, b: 1 },
    { a: 1, b: 0.25 },
    { a: 1, b: 1 },
  ])
})

test('an older version changes nothing, the same version neither', () => {
  const index = indexOf([item('a', { version: 2, name: 'now', pairs: [{ productId: 'b', value: TODAY }] }), item('b')])
  index.apply(item('a', { version: 1, name: 'before' }))
  index.apply(item('a', { version: 2, name: 'again', available: false }))
  expect(index.get('a')).toMatchObject({ version: 2, name: 'now', available: true })
  expect([...neighbours(index, 'b').keys()]).toEqual(['a'])
})

test('a product that only its neighbours have named is not there', () => {
  const index = indexOf([item('a', { pairs: [{ productId: 'ghost', value: TODAY }] })])
  expect([index.size, index.get('ghost'), neighbours(index, 'a').size, neighbours(index, 'ghost').size]).toEqual([
    1,
    undefined,
    0,
    0,
  ])
  index.apply(item('ghost'))
  expect([index.size, [...neighbours(index, 'a').keys()]]).toEqual([2, ['ghost']])
})
