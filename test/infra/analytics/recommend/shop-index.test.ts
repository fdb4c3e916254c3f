import fc from 'fast-check'
import { expect, test } from 'vitest'
import { customers } from '../../../../consumers/customers.ts'
import { items, stateOf } from '../../../../consumers/items.ts'
import { purchasesBefore, purchasesByCustomer } from '../../../../infra/analytics/recommend/purchases-by-customer.ts'
import { shopIndex, shopIndexes } from '../../../../infra/analytics/recommend/shop-index.ts'
import { TasteWalk } from '../../../../infra/analytics/recommend/taste-walk.ts'
import { builtInTexts } from '../../../../infra/text-models.ts'
import type { ItemIndex } from '../../../../models/item-index.ts'
import { weightOf } from '../../../../models/item-similarity.ts'
import { bought, noTaste, type Taste } from '../../../../models/taste.ts'
import type { CustomerEvent } from '../../../../schemas/events.ts'
import type { ItemEvent, ItemState } from '../../../../schemas/records.ts'
import { itemEvents } from '../../../../schemas/topics.ts'
import { FoldInMemory, toldTo } from '../../../support/fold-in-memory.ts'
import { type PlainLine, shopOf } from '../../../support/random-shop.ts'
import { smallShops } from '../../../support/shop-arbitraries.ts'

const DAY = 86_400_000

/** Every product as the processors of production come to it, line by line in the order of time. */
async function folded(ids: readonly string[], lines: readonly PlainLine[]): Promise<ItemState[]> {
  const [people, catalogue] = [await FoldInMemory.of(customers(builtInTexts())), await FoldInMemory.of(items)]
  for (const [k, line] of [...lines].sort((a, b) => a.at - b.at).entries()) {
    const event = {
      type: 'purchase',
      id: `e${k}`,
      customerId: `c${line.customer}`,
      occurredAt: new Date(line.at).toISOString(),
      orderId: `o${k}`,
      currency: 'PKR',
      lines: [{ productId: ids[line.product]!, quantity: line.quantity, unitPrice: String(line.price) }],
    }
    for (const signal of toldTo(itemEvents, people.feed(event as CustomerEvent))) catalogue.feed(signal as unknown as ItemEvent)
  }
  return ids.map(id => stateOf(id, catalogue.entry('item', [id])))
}

/** Every number of an index, product by product. */
const told = (index: ItemIndex) =>
  [...index.all()].flatMap(({ product }) => {
    const shared: [number, number][] = []
    index.forEachShared(product, (other, weight) => shared.push([other, weight / TODAY]))
    const { trend, season, norm } = index.item(product)!
    return [trend.value, trend.at, ...(season ?? []).map(rounding), norm / TODAY, ...shared.sort(([a], [b]) => a - b).flat()]
  })
/** An index of seasons is told with two decimals, of which sums in another order may move the last. */
const rounding = (one: number): number => one * 1e-5
const TODAY = weightOf(Date.UTC(2025, 6, 1))

test('two indexes made together are those made one by one, whoever bought after the cut', async () => {
  await fc.assert(
    fc.asyncProperty(smallShops(), fc.nat(560), async ({ shop }, day) => {
      const all = purchasesByCustomer(shop.lines, shop.customers.id.length)
      const before = purchasesBefore(all, Date.UTC(2024, 0, 1) + day * DAY)
      const both = await shopIndexes(shop.products, before, all)
      for (const [made, purchases] of [
        [both.before, before],
        [both.all, all],
      ] as const) {
        const [found, expected] = [told(made), told(await shopIndex(shop.products, purchases))]
        expect(found).toHaveLength(expected.length)
        for (const [k, one] of expected.entries()) expect(found[k]).toBeCloseTo(one, 6)
      }
    }),
    { numRuns: 100 },
  )
})

/** Sums of floats in another order. */
const near = (found: number, expected: number, scale = 1) => expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * scale)

test('what products come to is what the processors come to, purchase by purchase', async () => {
  await fc.assert(
    fc.asyncProperty(smallShops(), async ({ shop, lines }) => {
      const index = await shopIndex(shop.products, purchasesByCustomer(shop.lines, shop.customers.id.length))
      const expected = await folded(shop.products.id, lines)
      const scale = weightOf(Date.UTC(2026, 0, 1))
      for (const [n, { trend, season, norm, pairs }] of expected.entries()) {
        const found = index.item(n)!
        expect(found.trend.at).toBe(trend.at)
        near(found.trend.value, trend.value)
        expect(found.season === undefined).toBe(season === undefined)
        for (const [month, one] of season?.entries() ?? [])
          expect(Math.abs(found.season![month]! - one)).toBeLessThanOrEqual(0.0101)
        near(found.norm, norm, scale)
        for (const { productId, value } of pairs) {
          const back = expected[index.numberOf(productId)!]!.pairs.find(pair => pair.productId === shop.products.id[n])
          near(index.sharedBy(n, index.numberOf(productId)!), value + (back?.value ?? 0), scale)
        }
        const others = new Set(pairs.map(({ productId }) => productId))
        index.forEachShared(n, (other, weight) => {
          const isTold =
            others.has(shop.products.id[other]!) || expected[other]!.pairs.some(pair => pair.productId === shop.products.id[n])
          if (!isTold) near(weight, 0, scale)
        })
      }
    }),
    { numRuns: 200 },
  )
})

test('a taste in columns is the taste of production, also where more was bought than is remembered', () => {
  const lines = fc.array(fc.tuple(fc.nat(79), fc.nat(3)), { maxLength: 200 })
  const taste = new TasteWalk(6000)
  fc.assert(
    fc.property(lines, fc.boolean(), (all, many) => {
      // 4,980 others came first: with those of the lines it is more than the 5,000 that are remembered.
      const before = many ? Array.from({ length: 4980 }, (_, n) => [100 + n, n === 0 ? 1 : 0] as const) : []
      taste.begin()
      const plain: { product: number; at: number }[] = []
      let at = Date.UTC(2025, 0, 1)
      for (const [product, days] of [...before, ...all]) {
        at += days * DAY
        taste.buy(product, at)
        plain.push({ product, at })
      }
      const expected = many
        ? rememberedOf(plain)
        : plain.reduce<Taste>((told, { product, at }) => boughtOne(told, product, at), noTaste)
      const lately: { productId: string; value: number; at: number }[] = []
      for (let p = taste.firstLately; p !== -1; p = taste.following(p))
        lately.push({ productId: String(p), value: taste.value[p]!, at: taste.at[p]! })
      expect(lately).toEqual(expected.recent)
      const has: string[] = []
      for (let p = taste.newestProduct; p !== -1; p = taste.previous(p)) has.push(String(p))
      expect(has.reverse()).toEqual([...expected.bought.keys()])
      expect(taste.bought.reduce((sum, one) => sum + one, 0)).toBe(has.length)
      expect(taste.lately.reduce((sum, one) => sum + one, 0)).toBe(lately.length)
      expect(taste.size).toBe(lately.length)
    }),
    { numRuns: 60 },
  )
})

const boughtOne = (taste: Taste, product: number, at: number) =>
  bought(taste, { lines: [{ productId: String(product), quantity: 1, unitPrice: '1' }] }, at)

/** The first of thousands in one map, for `bought` copies all of it every time. */
function rememberedOf(plain: readonly { product: number; at: number }[]) {
  const [first, rest] = [plain.slice(0, 4980), plain.slice(4980)]
  const known = new Map(first.map(({ product, at }) => [String(product), { times: 1, sittings: [at] }]))
  const recent = first.slice(-60).reduce<Taste>((told, { product, at }) => boughtOne(told, product, at), noTaste).recent
  return rest.reduce<Taste>((told, { product, at }) => boughtOne(told, product, at), { ...noTaste, bought: known, recent })
}

test('a product that gathers more neighbours than it may keeps the strongest', async () => {
  const products = Array.from({ length: 61 }, () => ({ price: 1 }))
  const at = Date.UTC(2025, 0, 1)
  // Of neighbour n so many customers that the later ones are the stronger.
  const lines = Array.from({ length: 60 }, (_, n) => Array.from({ length: n + 1 }, () => n + 1))
    .flat()
    .flatMap((n, customer) => [
      { customer, product: n, at, quantity: 1, price: 1 },
      { customer, product: 0, at, quantity: 1, price: 1 },
    ])
  const shop = shopOf(lines.length / 2, products, lines)
  const index = await shopIndex(shop.products, purchasesByCustomer(shop.lines, shop.customers.id.length))
  const found: number[] = []
  index.forEachShared(0, other => found.push(other))
  expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, k) => 29 + k))
})

test('purchases stand by customer in the order of time, those of one instant as in the file, without what came back', () => {
  const line = (customer: number, product: number, at: number, quantity = 1, price = 1) => ({
    customer,
    product,
    at,
    quantity,
    price,
  })
  const many = Array.from({ length: 200 }, (_, k) => line(2, k, (k * 37) % 100))
  const few = [line(1, 0, 5), line(0, 1, 3, 1, 0), line(1, 2, 5), line(1, 3, 2), line(0, 4, 4, -1), line(0, 5, Number.NaN)]
  const { lines } = shopOf(4, [{}], [...few, ...many])
  const all = purchasesByCustomer(lines, 4)
  expect([[...all.start], [...all.end]]).toEqual([
    [0, 1, 4, 204, 204],
    [1, 4, 204, 204],
  ])
  expect([...all.product.subarray(0, 4)]).toEqual([1, 3, 0, 2])
  expect([...all.at.subarray(0, 4)]).toEqual([3, 2, 5, 5])
  expect([...all.free.subarray(0, 4)]).toEqual([1, 0, 0, 0])
  const expected = many.map((_, k) => k).sort((a, b) => many[a]!.at - many[b]!.at || a - b)
  expect([...all.product.subarray(4)]).toEqual(expected)
  expect([...purchasesBefore(all, 5).end]).toEqual([1, 2, 14, 204])
})
