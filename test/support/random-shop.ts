import type { ShopColumns } from '../../infra/analytics/shop-columns.ts'
import { NO_DAY } from '../../infra/analytics/shop-columns.ts'

/** A line as tests write it: whose, of what, when (epoch ms), how many, and the price of one in the major unit. */
export interface PlainLine {
  readonly customer: number
  readonly product: number
  readonly at: number
  readonly quantity: number
  readonly price: number
}

export interface PlainProduct {
  readonly name?: string
  readonly category?: string
  /** In the major unit; unknown without. */
  readonly price?: number
  readonly known?: boolean
}

/** A shop in columns, of plain lines; each line is an order. */
export function shopOf(customers: number, products: readonly PlainProduct[], lines: readonly PlainLine[]): ShopColumns {
  const people = Array.from({ length: customers }, (_, c) => `c${c}`)
  return {
    customers: {
      id: people,
      name: people,
      email: people.map(() => ''),
      registeredDay: new Int32Array(customers).fill(NO_DAY),
      known: new Uint8Array(customers).fill(1),
    },
    products: {
      // Not in the order of their numbers, so that ties by id are no ties by number.
      id: products.map((_, n) => `p${(n * 7) % 10}-${n}`),
      name: products.map(({ name }) => name ?? ''),
      category: products.map(({ category }) => category ?? ''),
      price: Float64Array.from(products, ({ price }) => Math.round((price ?? Number.NaN) * 10_000)),
      known: Uint8Array.from(products, ({ known }) => (known === false ? 0 : 1)),
    },
    lines: {
      customer: Int32Array.from(lines, ({ customer }) => customer),
      product: Int32Array.from(lines, ({ product }) => product),
      at: Float64Array.from(lines, ({ at }) => at),
      quantity: Float64Array.from(lines, ({ quantity }) => quantity),
      amount: Float64Array.from(lines, ({ quantity, price }) => Math.round(quantity * price * 10_000)),
      order: Int32Array.from(lines.keys()),
      orders: lines.length,
    },
  }
}
