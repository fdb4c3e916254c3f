import { Random } from '../../../models/random.ts'
import { type Catalogue, shopCatalogue } from '../catalogue.ts'
import { customerIdOf, shopCustomer } from '../customer.ts'
import { basketOf } from './basket.ts'
import { type Buyer, buyerOf } from './buyer.ts'
import { type ShoppingDays, shoppingDays } from './shopping-days.ts'

export interface LedgerOptions {
  /** The same seed and options give the same bytes. */
  readonly seed: number
  readonly customers: number
  /** 50 at least. */
  readonly products: number
  /** Lines of orders a customer, on average; an order has one at least. */
  readonly lines: number
  /** Epoch ms, the first instant that is not in it, and how many days before it are. */
  readonly until: number
  readonly days: number
}

/** Rows of one file, without its header; several at a time. */
export type Rows = Generator<readonly string[]>

/**
 * The synthetic shop as its books have it: its customers and products, and what was bought, by day, with groups of buyers, seasons and companions for
 * an analysis to find. Rows of CSV; no field needs quotes.
 */
export interface Ledger {
  readonly orders: number
  customers(): Rows
  products(): Rows
  /** One order at a time: its lines share its id. */
  transactions(): Rows
}

const DAY = 86_400_000

export const ledgerHeaders = {
  customers: 'customer_id,name,email,registration_date',
  products: 'product_id,product_name,category,price',
  transactions: 'transaction_id,customer_id,product_id,purchase_date,price,quantity',
} as const

/** Orders wait by day in five bytes each, and customers are computed again where they are needed: a million of them fit. */
export function ledger(options: LedgerOptions): Ledger {
  const { seed, customers, products, until, days } = options
  const catalogue = shopCatalogue(seed, Math.max(50, products))
  const span = shoppingDays(Math.floor(until / DAY) - days, days)
  const of = (index: number) => buyerOf(seed, index, span)
  const queue = ordersByDay(customers, days, of)
  const dateOf = (day: number) => new Date((span.first + day) * DAY).toISOString().slice(0, 10)
  return {
    orders: queue.customer.length,
    *customers() {
      for (let index = 0; index < customers; index++) {
        const { customerId, traits } = shopCustomer(seed, index, catalogue)
        yield [`${customerId},${traits.firstName} ${traits.lastName},${traits.email},${dateOf(of(index).registered)}\n`]
      }
    },
    *products() {
      for (const { productId, name, category, price } of catalogue.products)
        yield [`${productId},${name},${category},${price}.00\n`]
    },
    transactions: () => transactions(options, catalogue, { ...queue, span, dateOf, of }),
  }
}

interface Queue {
  /** Whose orders, by day; those of a day begin where the day before ends. */
  readonly customer: Uint32Array
  /** Which of the customer's orders, from 0. */
  readonly number: Uint8Array
  readonly ends: Uint32Array
}

/** All orders sorted by day, by counting: those of a day stay by customer. */
function ordersByDay(customers: number, days: number, of: (index: number) => Buyer): Queue {
  const ends = new Uint32Array(days + 1)
  for (let index = 0; index < customers; index++) for (const day of of(index).orders) ends[day + 1]!++
  for (let day = 0; day < days; day++) ends[day + 1]! += ends[day]!
  const [customer, number] = [new Uint32Array(ends[days]!), new Uint8Array(ends[days]!)]
  for (let index = 0; index < customers; index++)
    for (const [at, day] of of(index).orders.entries()) {
      const place = ends[day]!++
      customer[place] = index
      number[place] = at
    }
  return { customer, number, ends }
}

interface Dated extends Queue {
  readonly span: ShoppingDays
  readonly dateOf: (day: number) => string
  readonly of: (index: number) => Buyer
}

function* transactions(
  { seed, lines }: LedgerOptions,
  catalogue: Catalogue,
  { customer, number, ends, span, dateOf, of }: Dated,
): Rows {
  const sold = catalogue.products.map(({ productId, price, category }) => ({
    id: `,${productId},`,
    price: `,${price}.00,`,
    most: category === 'grocery' ? 4 : 1,
  }))
  for (let place = 0, day = 0; day < span.days; day++) {
    const date = dateOf(day)
    for (; place < ends[day]!; place++) {
      const index = customer[place]!
      const random = new Random(seed, 'basket', index, number[place]!)
      const head = `tx-${String(place + 1).padStart(8, '0')},${customerIdOf(index)}`
      yield basketOf(of(index).favourites, catalogue, lines, random).map(at => {
        const { id, price, most } = sold[at]!
        return `${head}${id}${date}${price}${random.int(1, most)}\n`
      })
    }
  }
}
