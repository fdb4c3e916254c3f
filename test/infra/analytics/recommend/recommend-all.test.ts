import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type RecommendOptions,
  recommendAll,
  type ShopRecommendations,
} from '../../../../infra/analytics/recommend/recommend-all.ts'
import type { ShopColumns } from '../../../../infra/analytics/shop-columns.ts'
import { Random } from '../../../../models/random.ts'
import { numbersIn } from '../../../support/purchase-arbitraries.ts'
import { type PlainLine, shopOf } from '../../../support/random-shop.ts'
import { smallShops } from '../../../support/shop-arbitraries.ts'

const DAY = 86_400_000
const END = Date.UTC(2025, 8, 1)
const options: RecommendOptions = { asOf: END, segment: () => null, count: 3, minConfidence: 0, seed: 42 }
const line = (customer: number, product: number, day: number, rest: Partial<PlainLine> = {}): PlainLine => ({
  ...{ customer, product, at: END - day * DAY, quantity: 1, price: 2 },
  ...rest,
})
const listOf = ({ start, product }: ShopRecommendations, customer: number) => [
  ...product.subarray(start[customer]!, start[customer + 1]!),
]

/** Pairs of products that go together: who bought the even one buys the odd one a month later, mostly. */
function pairedShop(customers: number): ShopColumns {
  const random = new Random('paired', 1)
  const lines: PlainLine[] = []
  for (let customer = 0; customer < customers; customer++)
    for (let k = 0; k < 4; k++) {
      const pair = random.int(0, 19)
      const day = random.int(0, 300)
      lines.push(line(customer, 2 * pair, day))
      if (random.chance(0.7)) lines.push(line(customer, 2 * pair + 1, Math.max(0, day - random.int(1, 25))))
    }
  return shopOf(
    customers,
    Array.from({ length: 40 }, (_, n) => ({ name: `thing${n}`, price: 5 + 5 * (n % 4) })),
    lines,
  )
}

test('whatever the shop, lists hold only products with a price that the customer does not have, each once, and no NaN', async () => {
  await fc.assert(
    fc.asyncProperty(smallShops(), fc.double({ min: 0, max: 0.3, noNaN: true }), async ({ shop, lines }, minConfidence) => {
      const told = await recommendAll(shop, { ...options, minConfidence })
      for (const number of numbersIn(told)) expect(number).not.toBeNaN()
      expect(told.start).toHaveLength(shop.customers.id.length + 1)
      expect(told.start.at(-1)).toBe(told.product.length)
      for (const name of ['confidence', 'chance', 'low', 'high', 'why'] as const)
        expect(told[name]).toHaveLength(told.product.length)
      for (let c = 0; c < shop.customers.id.length; c++) {
        const list = listOf(told, c)
        expect(list.length).toBeLessThanOrEqual(3)
        expect(new Set(list).size).toBe(list.length)
        const has = new Set(lines.filter(one => one.customer === c && one.quantity > 0).map(one => one.product))
        for (const product of list) {
          expect(has.has(product)).toBe(false)
          expect(shop.products.price[product]!).toBeGreaterThan(0)
          expect(shop.products.known[product]).toBe(1)
        }
      }
      for (const one of told.confidence) expect(one).toBeGreaterThanOrEqual(minConfidence)
    }),
    { numRuns: 150 },
  )
})

test('what goes with what a customer has is on their list, and surer lists were bought more often', async () => {
  const shop = pairedShop(3000)
  const told = await recommendAll(shop, options)
  const hasOf = Array.from({ length: 3000 }, () => new Set<number>())
  for (const [k, product] of shop.lines.product.entries()) hasOf[shop.lines.customer[k]!]!.add(product)
  let [lonely, met] = [0, 0]
  for (let c = 0; c < 3000; c++) {
    const has = hasOf[c]!
    const missing = [...has].map(product => product ^ 1).filter(product => !has.has(product))
    if (missing.length === 0) continue
    lonely++
    if (missing.some(product => listOf(told, c).includes(product))) met++
  }
  expect(lonely).toBeGreaterThan(500)
  // By chance it would be one or two of 33 products on a list of three, 0.13; what was bought months ago hardly leads anywhere any more.
  expect(met / lonely).toBeGreaterThan(0.45)
  expect(told.days).toBe(30)
  expect(told.calibration.bands.length).toBeGreaterThan(1)
  expect(told.calibration.says).toMatch(/^Of \d+ products on the lists that \d+ customers would have had 30 days before/)
  const chances = [...told.chance].map((chance, at) => ({ chance, confidence: told.confidence[at]! }))
  chances.sort((a, b) => a.confidence - b.confidence)
  const falls = chances.filter(({ chance }, k) => k > 0 && chance < chances[k - 1]!.chance)
  expect(falls).toEqual([])
})

test('the same shop and seed give the same lists', async () => {
  const shop = pairedShop(400)
  expect(await recommendAll(shop, options)).toEqual(await recommendAll(shop, options))
})

test('a segment leans the lists of its customers, and of nobody else', async () => {
  const shop = pairedShop(400)
  const [plain, leaning] = [
    await recommendAll(shop, options),
    await recommendAll(shop, { ...options, segment: c => (c < 200 ? 'Champions' : null) }),
  ]
  const of = (told: ShopRecommendations, from: number, to: number) =>
    Array.from({ length: to - from }, (_, k) => listOf(told, from + k))
  expect(of(leaning, 200, 400)).toEqual(of(plain, 200, 400))
  expect(of(leaning, 0, 200)).not.toEqual(of(plain, 0, 200))
})

test.each([
  ['no customer', shopOf(0, [{ price: 1 }], []), 0],
  ['no product', shopOf(2, [], []), 0],
  ['no line', shopOf(2, [{ price: 1 }], []), 0],
  ['one product, which its only customer has', shopOf(1, [{ price: 1 }], [line(0, 0, 1)]), 0],
  ['refunds only', shopOf(2, [{ price: 1 }, { price: 1 }], [line(0, 0, 1, { quantity: -1 })]), 0],
  ['products without a price', shopOf(2, [{}, { name: 'a' }], [line(0, 0, 1), line(1, 1, 1)]), 0],
  ['nobody bought twice', shopOf(2, [{ price: 1 }, { price: 1 }], [line(0, 0, 1), line(1, 1, 400)]), 2],
])('a shop of %s gets what lists it can, and is told why their chances are not known', async (_, shop, listed) => {
  const told = await recommendAll(shop, options)
  expect(told.product).toHaveLength(listed)
  expect(told.calibration.bands).toEqual([])
  expect(told.calibration.says).toMatch(/\.$/)
  expect(told.start).toHaveLength(shop.customers.id.length + 1)
  for (const high of told.high) expect(high).toBe(1)
})

test('who bought nothing gets what trends', async () => {
  const shop = shopOf(
    5,
    Array.from({ length: 4 }, () => ({ price: 1 })),
    [line(0, 3, 1), line(1, 3, 1), line(2, 3, 1), line(3, 1, 2), line(0, 1, 2)],
  )
  expect(listOf(await recommendAll(shop, options), 4)).toEqual([3, 1])
})

test('ten thousand lines of one customer cost what those of a thousand customers do', async () => {
  const lines = Array.from({ length: 10_000 }, (_, k) => line(0, k % 7, k / 30))
  const shop = shopOf(
    2,
    Array.from({ length: 9 }, () => ({ price: 1 })),
    [...lines, line(1, 8, 3), line(1, 0, 3)],
  )
  const told = await recommendAll(shop, options)
  expect(listOf(told, 0)).toEqual([8])
}, 2000)

test('a purchase after the day of asking counts, and is not worth more than one now', async () => {
  const shop = shopOf(
    2,
    Array.from({ length: 3 }, () => ({ price: 1 })),
    [line(0, 0, -90), line(0, 1, -90), line(1, 1, -80)],
  )
  const told = await recommendAll(shop, options)
  expect(listOf(told, 1)).toEqual([0])
  for (const one of told.confidence) expect(one).toBeLessThan(1)
})

test('it ends when it is told to, also while it works', async () => {
  const shop = pairedShop(20_000)
  const stopped = new AbortController()
  const said: string[] = []
  const say = (what: string) => {
    said.push(what)
    if (what === 'what is bought together') setImmediate(() => stopped.abort(new Error('enough')))
  }
  await expect(recommendAll(shop, options, { say, signal: stopped.signal })).rejects.toThrow('enough')
  expect(said).toEqual(['what is bought together'])
})
