import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShopColumns } from '../../../../infra/analytics/shop-columns.ts'
import { adjustedRand } from '../../../../models/analytics/clusters/adjusted-rand.ts'
import { clusterCustomers } from '../../../../models/analytics/clusters/cluster-customers.ts'
import { rfmColumns } from '../../../../models/analytics/rfm/rfm-columns.ts'
import { rfmFeatures } from '../../../../models/analytics/rfm/rfm-features.ts'
import { type PurchaseDays, purchaseDays } from '../../../../models/analytics/value/purchase-days.ts'
import { monthSeasons, type Seasons, weekdaySeasons } from '../../../../models/analytics/value/seasons.ts'
import { association } from '../../../../models/association.ts'
import { shopCatalogue } from '../../../../producers/shop/catalogue.ts'
import { buyerGroups, groupOf } from '../../../../producers/shop/ledger/buyer-groups.ts'
import { ledger } from '../../../../producers/shop/ledger/ledger.ts'
import { writeLedger } from '../../../../producers/shop/ledger/write-ledger.ts'
import { writtenShop } from '../../../support/written-shop.ts'

const DAY = 86_400_000
const UNTIL = Date.parse('2026-01-01')
const [SEED, CUSTOMERS, PRODUCTS] = [1, 4000, 200]

let folder: string
let shop: ShopColumns
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-ledger-'))
  const books = ledger({ seed: SEED, customers: CUSTOMERS, products: PRODUCTS, lines: 20, until: UNTIL, days: 762 })
  const written = await writeLedger(books, folder, () => {})
  shop = writtenShop(folder)
  expect(written).toMatchObject({
    customers: CUSTOMERS,
    products: PRODUCTS,
    orders: shop.lines.orders,
    lines: shop.lines.at.length,
  })
})
afterAll(() => rm(folder, { recursive: true }))

test('clusters are the groups that customers were made in, as many, each around its centre', () => {
  const { customers, features } = rfmFeatures(rfmColumns(shop.lines, CUSTOMERS), UNTIL)
  const found = clusterCustomers(features, customers.length, { maxClusters: 10, seed: 42 })
  const planted = Int32Array.from(customers, customer => buyerGroups.indexOf(groupOf(customer)))
  expect(found.choice.k).toBe(buyerGroups.length)
  expect(adjustedRand(found.of, planted)).toBeGreaterThan(0.9)
  const orders = features.find(({ name }) => name === 'frequency')!.values
  for (const [at, group] of buyerGroups.entries()) {
    const cluster = commonest([...found.of].filter((_, row) => planted[row] === at))
    const its = [...orders].filter((_, row) => found.of[row] === cluster)
    const mean = its.reduce((sum, one) => sum + one, 0) / its.length
    expect(Math.abs(mean / ((group.orders[0] + group.orders[1]) / 2) - 1), group.name).toBeLessThan(0.1)
  }
})

test('weekends and the months of Ramadan and the Eids stand out', () => {
  const weekdays = indicesOf(weekdaySeasons(days()))
  for (const weekend of [weekdays[5]!, weekdays[6]!])
    for (const weekday of weekdays.slice(0, 5)) expect(weekend.low!).toBeGreaterThan(weekday.high!)
  const months = indicesOf(monthSeasons(days())).map(({ index }, at) => ({ month: at + 1, index }))
  // Ramadan began on 12 March 2024 and 2 March 2025, Eid al-Adha was in June in both years.
  const best = [...months].sort((a, b) => b.index - a.index).map(({ month }) => month)
  expect(best.slice(0, 2)).toEqual([3, 6])
  expect(months[2]!.index).toBeGreaterThan(1.5)
})

test('what a product goes with beyond all else is a companion of the catalogue', () => {
  const { products } = shopCatalogue(SEED, PRODUCTS)
  const partners = strongestPartners(shop)
  expect(partners.size).toBeGreaterThan(PRODUCTS / 2)
  const planted = [...partners].filter(([one, { other }]) => products[one]!.companions.includes(other))
  expect(planted.length / partners.size).toBeGreaterThan(0.95)
  for (const [, { lift }] of planted) expect(lift).toBeGreaterThan(3)
})

function days(): PurchaseDays {
  const { customer, at, amount } = shop.lines
  return purchaseDays({ customer, day: Int32Array.from(at, instant => instant / DAY), amount }, CUSTOMERS, UNTIL / DAY - 1)
}

function indicesOf(seasons: Seasons) {
  if (seasons.kind !== 'told') throw new Error(seasons.says)
  return seasons.indices
}

function commonest(labels: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0]
}

/** Of each product the one of the greatest lift, of pairs that are in 30 orders or more: by counting every pair of every order. */
function strongestPartners({ lines, products }: ShopColumns): Map<number, { other: number; lift: number }> {
  const baskets = new Map<number, number[]>()
  for (const [line, order] of lines.order.entries()) baskets.set(order, [...(baskets.get(order) ?? []), lines.product[line]!])
  const size = products.id.length
  const [has, both] = [new Float64Array(size), new Map<number, number>()]
  for (const basket of baskets.values())
    for (const one of basket) {
      has[one]!++
      for (const other of basket) if (one !== other) both.set(one * size + other, (both.get(one * size + other) ?? 0) + 1)
    }
  const best = new Map<number, { other: number; lift: number }>()
  for (const [pair, count] of both) {
    if (count < 30) continue
    const [one, other] = [Math.floor(pair / size), pair % size]
    const { lift } = association({ both: count, first: has[one]!, second: has[other]!, all: baskets.size })
    if (lift > (best.get(one)?.lift ?? 0)) best.set(one, { other, lift })
  }
  return best
}
