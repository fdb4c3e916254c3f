import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ShopColumns } from '../../infra/analytics/shop-columns.ts'

const DAY = 86_400_000
const MINOR = 10_000

/** The three files that `tarang generate --csv` writes, as columns: by splitting at commas alone, as none of their fields has one. */
export function writtenShop(folder: string): ShopColumns {
  const rowsOf = (name: string) =>
    readFileSync(join(folder, `${name}.csv`), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(row => row.split(','))
  const [customers, products, lines] = [rowsOf('customers'), rowsOf('products'), rowsOf('transactions')]
  const places = (rows: readonly string[][]) => new Map(rows.map(([id], at) => [id!, at]))
  const [customerAt, productAt] = [places(customers), places(products)]
  const orders = new Map<string, number>()
  const orderAt = (id: string) => orders.get(id) ?? orders.set(id, orders.size).size - 1
  const quantity = Float64Array.from(lines, line => Number(line[5]))
  return {
    customers: {
      id: customers.map(row => row[0]!),
      name: customers.map(row => row[1]!),
      email: customers.map(row => row[2]!),
      registeredDay: Int32Array.from(customers, row => Date.parse(row[3]!) / DAY),
      known: new Uint8Array(customers.length).fill(1),
    },
    products: {
      id: products.map(row => row[0]!),
      name: products.map(row => row[1]!),
      category: products.map(row => row[2]!),
      price: Float64Array.from(products, row => Math.round(Number(row[3]) * MINOR)),
      known: new Uint8Array(products.length).fill(1),
    },
    lines: {
      customer: Int32Array.from(lines, line => customerAt.get(line[1]!)!),
      product: Int32Array.from(lines, line => productAt.get(line[2]!)!),
      order: Int32Array.from(lines, line => orderAt(line[0]!)),
      at: Float64Array.from(lines, line => Date.parse(line[3]!)),
      amount: Float64Array.from(lines, (line, at) => Math.round(Number(line[4]) * MINOR) * quantity[at]!),
      quantity,
      orders: orders.size,
    },
  }
}
