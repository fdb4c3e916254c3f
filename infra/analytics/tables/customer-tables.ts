import type { RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import type { ShopRecommendations } from '../recommend/recommend-all.ts'
import type { ShopColumns } from '../shop-columns.ts'
import type { Table } from '../table.ts'
import type { ValueStage } from '../value-stage.ts'
import { major } from './in-words.ts'
import { tableOf } from './table-of.ts'

const MAJOR = 10_000
/** Of each segment so many customers are told; rfm.csv has all of them. */
const TOLD = 300

export interface Rated {
  readonly shop: ShopColumns
  readonly rfm: RfmTable
  readonly value: ValueStage
  /** Of each customer, the number of their cluster; −1 of who never bought. */
  readonly clusterOf: Int32Array
  readonly recommendations: ShopRecommendations | undefined
}

/** The best of each segment: by what they are expected to bring, or, where that cannot be told, by what they brought. */
export function customersTable({ shop, rfm, value, clusterOf, recommendations }: Rated): Table {
  const { of } = value
  const { facts, recencyDays, r, f, m, segment, names } = rfm
  const worth = of?.revenue ?? facts.gross
  const rows = names.flatMap((name, s) =>
    strongest(segment, s, worth).map(c => ({
      customer_id: shop.customers.id[c]!,
      name: shop.customers.name[c]!,
      segment: name,
      cluster: clusterOf[c]!,
      recency_days: recencyDays[c]!,
      orders: facts.orders[c]!,
      gross: major(facts.gross[c]!),
      r: r.tied[c]!,
      f: f.tied[c]!,
      m: m.tied[c]!,
      alive: of?.alive[c] ?? null,
      purchases: of?.purchases[c] ?? null,
      revenue: of === undefined ? null : Math.round(of.revenue[c]! * 100) / 100,
      recommended: recommendations === undefined ? '' : namesOf(recommendations, c, shop).join(', '),
    })),
  )
  return tableOf('customers', rows)
}

/** Customers of a segment, those worth most first; ties by number. */
function strongest(segment: Uint8Array, s: number, worth: Float64Array): number[] {
  const all: number[] = []
  for (let c = 0; c < segment.length; c++) if (segment[c] === s) all.push(c)
  return all.sort((a, b) => worth[b]! - worth[a]! || a - b).slice(0, TOLD)
}

const namesOf = ({ start, product }: ShopRecommendations, c: number, { products }: ShopColumns): string[] =>
  Array.from(product.subarray(start[c]!, start[c + 1]!), n => products.name[n] || products.id[n]!)

/** What lists come to, product by product: if each chance is one of its own, what is bought is a sum of coins. No revenue is told where no chance is known. */
export function recommendedTable({ shop, recommendations }: Pick<Rated, 'shop' | 'recommendations'>): Table {
  if (recommendations === undefined) return tableOf('recommended', [])
  const { product, confidence, chance, low, high, calibration } = recommendations
  const known = calibration.bands.length > 0
  const { id, name, price } = shop.products
  const sums = Array.from(id, () => ({ customers: 0, confidence: 0, chance: 0, low: 0, high: 0 }))
  for (let at = 0; at < product.length; at++) {
    const sum = sums[product[at]!]!
    sum.customers++
    sum.confidence += confidence[at]!
    sum.chance += chance[at]!
    sum.low += low[at]!
    sum.high += high[at]!
  }
  const told = Array.from(sums.keys()).filter(n => sums[n]!.customers > 0)
  const revenue = (n: number, chances: number) => (known ? Math.round(((chances * price[n]!) / MAJOR) * 100) / 100 : null)
  return tableOf(
    'recommended',
    told
      .sort((a, b) => sums[b]!.customers - sums[a]!.customers || (id[a]! < id[b]! ? -1 : 1))
      .slice(0, TOLD)
      .map(n => {
        const { customers, confidence, chance, low, high } = sums[n]!
        return {
          product_id: id[n]!,
          product_name: name[n]!,
          customers,
          mean_confidence: confidence / customers,
          expected_revenue: revenue(n, chance),
          expected_revenue_low: revenue(n, low),
          expected_revenue_high: revenue(n, high),
        }
      }),
  )
}
