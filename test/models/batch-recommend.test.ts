import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListMaker } from '../../infra/analytics/recommend/list-maker.ts'
import { purchasesByCustomer } from '../../infra/analytics/recommend/purchases-by-customer.ts'
import { shopIndex } from '../../infra/analytics/recommend/shop-index.ts'
import type { ShopColumns } from '../../infra/analytics/shop-columns.ts'
import { BatchRecommender } from '../../models/batch-recommend.ts'
import type { ItemIndex } from '../../models/item-index.ts'
import { Random } from '../../models/random.ts'
import { recommend } from '../../models/recommend.ts'
import { segments } from '../../models/segments.ts'
import { bought, noTaste, type Taste } from '../../models/taste.ts'
import { type PlainLine, shopOf } from '../support/random-shop.ts'
import { smallShops } from '../support/shop-arbitraries.ts'

const DAY = 86_400_000

/** Every customer's taste, as the scorer folds it. */
function tastesOf(
  { customers, products }: ShopColumns,
  lines: readonly PlainLine[],
  segmentOf: (c: number) => string | null,
): Taste[] {
  const tastes: Taste[] = customers.id.map((_, c) => ({ ...noTaste, segment: segmentOf(c) }))
  for (const { customer, product, at, quantity, price } of [...lines].sort((a, b) => a.at - b.at))
    tastes[customer] = bought(
      tastes[customer]!,
      { lines: [{ productId: products.id[product]!, quantity, unitPrice: String(price) }] },
      at,
    )
  return tastes
}

/** What `recommend` answers of new products, and by which ground it stands where it does most. */
function plainly(taste: Taste, index: ItemIndex, now: number, count: number) {
  return recommend(taste, index, now, undefined, { fresh: count, again: 0 }).map(({ productId, score, confidence }) => [
    productId,
    score,
    confidence,
  ])
}

async function expectSame(shop: ShopColumns, lines: readonly PlainLine[], now: number, count: number) {
  const purchases = purchasesByCustomer(shop.lines, shop.customers.id.length)
  const index = await shopIndex(shop.products, purchases)
  for (const dense of [0, 4096]) {
    const maker = new ListMaker(new BatchRecommender(index, now, count, dense), purchases, shop.products.id.length)
    const segmentOf = (c: number) => segments[c] ?? null
    for (const [c, taste] of tastesOf(shop, lines, segmentOf).entries()) {
      const size = maker.make(c, segmentOf(c))
      const { list } = maker
      const made = Array.from({ length: size }, (_, k) => [shop.products.id[list.product[k]!], list.score[k], list.confidence[k]])
      expect(made).toEqual(plainly(taste, index, now, count))
    }
  }
}

test('lists made for all at once are those that are made one by one, to the last digit', async () => {
  await fc.assert(
    fc.asyncProperty(smallShops(), fc.integer({ min: 0, max: 5 }), fc.nat(40), async ({ shop, lines }, count, later) => {
      await expectSame(shop, lines, Date.UTC(2024, 0, 1) + (551 + later) * DAY, count)
    }),
    { numRuns: 300 },
  )
})

test('the same of a shop in which products gather more neighbours than they keep, and more words than tell', async () => {
  const random = new Random('many', 1)
  const noun = () => `word${random.int(0, 60)}`
  const products = Array.from({ length: 400 }, () => ({
    name: `${noun()} ${noun()} ${noun()} thing`,
    category: `kind ${random.int(0, 9)}`,
    price: random.int(1, 90),
  }))
  const lines = Array.from({ length: 6000 }, () => {
    const customer = random.int(0, 99)
    const product = (customer * 3 + Math.floor(random.float() ** 2 * 400)) % 400
    return { customer, product, at: Date.UTC(2024, 0, random.int(1, 500)), quantity: 1, price: 2 }
  })
  await expectSame(shopOf(100, products, lines), lines, Date.UTC(2024, 0, 501), 3)
})
