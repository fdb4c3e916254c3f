import { NO_DAY, type ShopColumns } from '../../infra/analytics/shop-columns.ts'

/** A line of an order as a test writes it. Money in major units; without an order it is one of its own. */
export interface Line {
  readonly customer: string
  readonly product?: string
  /** ISO 8601. */
  readonly at: string
  readonly price: number
  readonly quantity?: number
  readonly order?: string
}

const MINOR = 10_000

/** A shop of these lines; who and what is known is who and what they name, and `others`, who bought nothing. */
export function shopInColumns(lines: readonly Line[], others: readonly string[] = []): ShopColumns {
  const [customers, products, orders] = [new Numbers(), new Numbers(), new Numbers()]
  const customer = Int32Array.from(lines, line => customers.of(line.customer))
  const product = Int32Array.from(lines, line => products.of(line.product ?? 'tea'))
  const order = Int32Array.from(lines, (line, at) => orders.of(line.order ?? `order ${at}`))
  for (const other of others) customers.of(other)
  const quantity = Float64Array.from(lines, line => line.quantity ?? 1)
  const prices = new Float64Array(products.names.length).fill(Number.NaN)
  for (const [at, line] of lines.entries()) prices[product[at]!] = Math.abs(line.price) * MINOR
  return {
    customers: {
      id: customers.names,
      name: customers.names,
      email: customers.names.map(() => ''),
      registeredDay: new Int32Array(customers.names.length).fill(NO_DAY),
      known: new Uint8Array(customers.names.length).fill(1),
    },
    products: {
      id: products.names,
      name: products.names,
      category: products.names.map(() => 'all'),
      price: prices,
      known: new Uint8Array(products.names.length).fill(1),
    },
    lines: {
      customer,
      product,
      order,
      orders: orders.names.length,
      at: Float64Array.from(lines, line => Date.parse(line.at)),
      amount: Float64Array.from(lines, (line, at) => Math.round(line.price * MINOR) * quantity[at]!),
      quantity,
    },
  }
}

class Numbers {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()

  of(name: string): number {
    const known = this.numbers.get(name)
    if (known !== undefined) return known
    this.numbers.set(name, this.names.length)
    this.names.push(name)
    return this.names.length - 1
  }
}
