/** Lines of orders, one number of each column per line. */
export interface TransactionColumns {
  /** The customer's number, from 0. */
  readonly customer: Int32Array
  /** Epoch ms; of a day, its midnight. */
  readonly at: Float64Array
  /** What was paid, in 1/10,000 of the major unit. Above 0 it is a purchase; below, it is taken off net; 0 is kept and counts for nothing. */
  readonly amount: Float64Array
  /** The order's number, from 0: lines of one customer's order count as one. Without it every line is an order. */
  readonly order?: Int32Array | undefined
}

/**
 * RFM facts by customer (as `RfmFacts`, in columns). Who has no purchase has `orders` 0, and their instants, which mean nothing, are 0.
 * Money in 1/10,000 of the major unit: sums are exact below 9 · 10¹⁵.
 */
export interface RfmColumns {
  readonly firstAt: Float64Array
  readonly lastAt: Float64Array
  readonly orders: Int32Array
  readonly gross: Float64Array
  readonly net: Float64Array
  /** How many lines were purchases, refunds, and neither: nothing paid, or not a number. */
  readonly lines: { readonly purchases: number; readonly refunds: number; readonly neither: number }
}

/** The facts of all customers in one pass over the lines, in whatever order these come. Line by line it is what `addPurchase` and `addRefund` do. */
export function rfmColumns({ customer, at, amount, order }: TransactionColumns, customers: number): RfmColumns {
  const [firstAt, lastAt, gross, net] = [0, 1, 2, 3].map(() => new Float64Array(customers)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const orders = new Int32Array(customers)
  const isNew = newOrders(order, customers)
  let [purchases, refunds] = [0, 0]
  for (let i = 0; i < customer.length; i++) {
    const [who, when, paid] = [customer[i]!, at[i]!, amount[i]!]
    if (paid > 0 && Number.isFinite(when) && paid < Number.POSITIVE_INFINITY) {
      purchases++
      if (orders[who] === 0 || when < firstAt[who]!) firstAt[who] = when
      if (orders[who] === 0 || when > lastAt[who]!) lastAt[who] = when
      if (isNew(i, who)) orders[who]!++
      gross[who]! += paid
      net[who]! += paid
    } else if (paid < 0 && paid > Number.NEGATIVE_INFINITY) {
      refunds++
      net[who]! += paid
    }
  }
  return { firstAt, lastAt, orders, gross, net, lines: { purchases, refunds, neither: customer.length - purchases - refunds } }
}

/**
 * Whether a line is the first of its order. An order's lines are of one customer, so an order need only keep whose it was; where shops reuse an
 * order's id for somebody else, (customer, order) is what counts, and the few others are kept in a set.
 */
function newOrders(order: Int32Array | undefined, customers: number): (line: number, who: number) => boolean {
  if (order === undefined) return () => true
  let most = -1
  for (const one of order) most = Math.max(most, one)
  const firstOf = new Int32Array(most + 1).fill(-1)
  const others = new Set<number>()
  return (line, who) => {
    const one = order[line]!
    if (firstOf[one] === who) return false
    if (firstOf[one] === -1) {
      firstOf[one] = who
      return true
    }
    const key = one * customers + who
    if (others.has(key)) return false
    others.add(key)
    return true
  }
}
