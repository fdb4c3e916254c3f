/** Purchases, one a row: who (a number from 0), on which day (since 1970-01-01), for how much (any unit of money, at least 0). */
export interface PurchaseRows {
  readonly customer: Int32Array
  readonly day: Int32Array
  readonly amount: Float64Array
}

/**
 * On which days each customer bought, and for how much: those of customer c stand from `start[c]` up to `start[c + 1]`, oldest first, each day once.
 * Who bought on one day twice made one purchase: models of what customers do again count days (Fader, Hardie & Lee 2005).
 */
export interface PurchaseDays {
  readonly start: Int32Array
  readonly day: Int32Array
  readonly amount: Float64Array
  /** The last day that was observed, whether or not anybody bought. Later purchases are left out. */
  readonly until: number
}

/**
 * Merges what was bought on one day. Rows may come in any order: they are sorted by day and then by customer, by counting alone (a radix sort, Knuth,
 * The Art of Computer Programming 3, §5.2.5), so it takes time in proportion to rows and customers, whatever the rows are.
 */
export function purchaseDays(rows: PurchaseRows, customers: number, until: number): PurchaseDays {
  const order = byCustomerAndDay(rows, customers)
  const start = new Int32Array(customers + 1)
  const day = new Int32Array(order.length)
  const amount = new Float64Array(order.length)
  let [last, kept] = [-1, 0]
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!
    const [who, when] = [rows.customer[row]!, rows.day[row]!]
    if (when > until) continue
    const again = who === last && day[kept - 1] === when
    while (last < who) start[++last] = kept
    if (!again) day[kept++] = when
    amount[kept - 1] = amount[kept - 1]! + rows.amount[row]!
  }
  while (last < customers) start[++last] = kept
  return { start, day: day.slice(0, kept), amount: amount.slice(0, kept), until }
}

/** Days may be any whole numbers of 32 bits, so they are sorted by two halves of 16. */
function byCustomerAndDay({ customer, day }: PurchaseRows, customers: number): Uint32Array {
  const any = Uint32Array.from(day, (_, row) => row)
  const low = byKey(any, 0x10000, row => day[row]! & 0xffff)
  const high = byKey(low, 0x10000, row => (day[row]! >> 16) + 0x8000)
  return byKey(high, customers, row => customer[row]!)
}

/** The rows in the order of a key from 0 up to `keys`; those of the same key stay in the order they are in. */
function byKey(rows: Uint32Array, keys: number, keyOf: (row: number) => number): Uint32Array {
  const next = new Uint32Array(keys + 1)
  for (let i = 0; i < rows.length; i++) next[keyOf(rows[i]!) + 1]!++
  for (let key = 0; key < keys; key++) next[key + 1]! += next[key]!
  const sorted = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) sorted[next[keyOf(rows[i]!)]!++] = rows[i]!
  return sorted
}
