import { association } from '../../../models/association.ts'
import { type RowsBy, rowsBy } from '../rows-by.ts'
import type { ShopColumns } from '../shop-columns.ts'
import type { Table } from '../table.ts'
import { major } from './in-words.ts'
import { tableOf } from './table-of.ts'

/** So many products are told, those that brought most. */
const TOLD = 200
/** Pairs are looked for among so many products, those in most orders; so many are told, of at least so many orders. */
const PAIRED = 300
const PAIRS = 50
const FEW_ORDERS = 5

/** What was sold of something, by number. */
interface Sold {
  readonly orders: Int32Array
  readonly customers: Int32Array
  readonly gross: Float64Array
}

export interface ProductTables {
  readonly products: Table
  readonly categories: Table
  readonly associations: Table
}

export function productTables(shop: ShopColumns): ProductTables {
  const { products } = shop
  const categories = numbered(products.category)
  const byProduct = soldBy(shop, shop.lines.product, products.id.length)
  const byCategory = soldBy(
    shop,
    shop.lines.product.map(product => categories.of[product]!),
    categories.names.length,
  )
  const all = byProduct.gross.reduce((sum, one) => sum + one, 0)
  const share = (gross: number): number | null => (all === 0 ? null : gross / all)
  const told = (sold: Sold, n: number) => ({
    orders: sold.orders[n]!,
    customers: sold.customers[n]!,
    gross: major(sold.gross[n]!),
    share_of_gross: share(sold.gross[n]!),
  })
  return {
    products: tableOf(
      'products',
      best(byProduct.gross, products.id, TOLD).map(n => ({
        product_id: products.id[n]!,
        product_name: products.name[n]!,
        category: products.category[n]!,
        ...told(byProduct, n),
      })),
    ),
    categories: tableOf(
      'categories',
      best(byCategory.gross, categories.names, TOLD).map(n => ({ category: categories.names[n]!, ...told(byCategory, n) })),
    ),
    associations: associationsTable(shop, byProduct),
  }
}

function numbered(names: readonly string[]): { names: readonly string[]; of: Int32Array } {
  const numbers = new Map<string, number>()
  const of = Int32Array.from(names, name => numbers.get(name) ?? numbers.set(name, numbers.size).size - 1)
  return { names: [...numbers.keys()], of }
}

/** The numbers of what is largest and above 0, ties by name. */
function best(values: Float64Array | Int32Array, names: readonly string[], most: number): number[] {
  const order = Array.from(values.keys()).filter(n => values[n]! > 0)
  return order.sort((a, b) => values[b]! - values[a]! || (names[a]! < names[b]! ? -1 : 1)).slice(0, most)
}

/** What was paid for, counted once for each order and customer. */
function soldBy({ lines, customers }: ShopColumns, keyOf: Int32Array, keys: number): Sold {
  const sold = { orders: new Int32Array(keys), customers: new Int32Array(keys), gross: new Float64Array(keys) }
  const { start, row } = rowsBy(keyOf, keys)
  const [metOrder, metCustomer] = [new Int32Array(lines.orders).fill(-1), new Int32Array(customers.id.length).fill(-1)]
  for (let key = 0; key < keys; key++)
    for (let at = start[key]!; at < start[key + 1]!; at++) {
      const i = row[at]!
      const paid = lines.amount[i]!
      if (!(paid > 0 && paid < Number.POSITIVE_INFINITY)) continue
      sold.gross[key]! += paid
      const [order, customer] = [lines.order[i]!, lines.customer[i]!]
      if (metOrder[order] !== key) sold.orders[key]!++
      if (metCustomer[customer] !== key) sold.customers[key]!++
      metOrder[order] = metCustomer[customer] = key
    }
  return sold
}

/**
 * Products that meet in one order more often than by chance, strongest first by leverage: the share of orders with both, less what chance would give
 * (Piatetsky-Shapiro 1991). Of a pair the direction that is surer is told.
 */
function associationsTable({ products, lines }: ShopColumns, { orders }: Sold): Table {
  const among = best(orders, products.id, PAIRED)
  const place = new Int32Array(products.id.length).fill(-1)
  for (const [at, n] of among.entries()) place[n] = at
  const { pairs, all } = pairsIn(rowsBy(lines.order, lines.orders), lines, place, among.length)
  const found: { first: number; second: number; both: number; leverage: number }[] = []
  for (let a = 0; a < among.length; a++)
    for (let b = a + 1; b < among.length; b++) {
      const both = pairs[a * among.length + b]!
      if (both < FEW_ORDERS) continue
      const [one, other] = [orders[among[a]!]!, orders[among[b]!]!]
      const leverage = both / all - (one / all) * (other / all)
      // The rarer of the two leads to the other more surely.
      const [first, second] = one <= other ? [among[a]!, among[b]!] : [among[b]!, among[a]!]
      if (leverage > 0) found.push({ first, second, both, leverage })
    }
  found.sort((a, b) => b.leverage - a.leverage || a.first - b.first || a.second - b.second)
  return tableOf(
    'associations',
    found.slice(0, PAIRS).map(({ first, second, both }) => ({
      product_id: products.id[first]!,
      product_name: products.name[first]!,
      then_product_id: products.id[second]!,
      then_product_name: products.name[second]!,
      orders: both,
      ...association({ both, first: orders[first]!, second: orders[second]!, all }),
    })),
  )
}

/** In how many orders each two of the chosen meet (row-major, the smaller place first), and how many orders there are. */
function pairsIn({ start, row }: RowsBy, { amount, product }: ShopColumns['lines'], place: Int32Array, many: number) {
  const pairs = new Int32Array(many * many)
  const basket: number[] = []
  let all = 0
  for (let order = 0; order + 1 < start.length; order++) {
    basket.length = 0
    let paid = false
    for (let at = start[order]!; at < start[order + 1]!; at++) {
      const i = row[at]!
      if (!(amount[i]! > 0)) continue
      paid = true
      const p = place[product[i]!]!
      if (p >= 0 && !basket.includes(p)) basket.push(p)
    }
    if (paid) all++
    for (let x = 0; x < basket.length; x++)
      for (let y = x + 1; y < basket.length; y++) {
        const [a, b] = [basket[x]!, basket[y]!]
        pairs[a < b ? a * many + b : b * many + a]!++
      }
  }
  return { pairs, all }
}
