import { NO_DAY } from '../shop-columns.ts'
import type { OtherFiles } from './finish-lines.ts'
import { type LineStore, unclearPrice, unclearQuantity } from './line-store.ts'
import type { Problems, Tally } from './problems.ts'
import type { LineRows } from './read-lines.ts'
import { markRepeated } from './repeated-lines.ts'

const FILE = 'transactions'
const DAY = 86_400_000
/** Times the listed price. */
const FAR_OFF = 100
/** Sums of amounts are exact below: 900 billion of the major unit. */
const MOST = 9e15

/** Settles what depended on whole columns, and puts right what a line may say: a price below 0 is a refund's. */
export function settleLines({ store, dates, prices, quantities }: LineRows): void {
  const { length, at, price, quantity, turn } = store
  const [turnDates, turnNumbers] = [dates.turns, prices.turns || quantities.turns]
  if (turnDates || turnNumbers)
    for (let line = 0; line < length; line++) {
      const bits = turn[line]!
      if (bits === 0) continue
      if (turnDates && (bits & 1) === 1) at[line] = dates.turned(at[line]!)
      price[line] = prices.settled(price[line]!, unclearPrice(bits))
      quantity[line] = quantities.settled(quantity[line]!, unclearQuantity(bits))
    }
}

/**
 * Holds lines against rules and against the other two files; marks those that are left out, each for the first reason that holds. Only lines that stay are
 * counted for what else is odd about them.
 */
export function checkLines(lines: LineRows, others: OtherFiles, now: number, problems: Problems): Uint8Array {
  const out = new Uint8Array(lines.store.length)
  markImpossible(lines, now, problems, out)
  tellRepeated(lines, others.keepRepeated, problems, out)
  countOddities(lines, others, problems, out)
  return out
}

function tellRepeated({ store, rows, orders }: LineRows, keep: boolean, problems: Problems, out: Uint8Array): void {
  const marked = out.slice()
  markRepeated(store, orders.size, marked)
  const repeated = keep
    ? problems.tally(FILE, null, 'row_repeated_kept', 'kept')
    : problems.tally(FILE, null, 'row_repeated', 'left_out')
  for (let line = 0; line < store.length; line++)
    if (marked[line]! > out[line]!) repeated.say(rows.rowOf(line), orders.text(store.order[line]!))
  if (!keep) out.set(marked)
}

function markImpossible({ store, rows }: LineRows, now: number, problems: Problems, out: Uint8Array): void {
  const { at, price, quantity, length } = store
  const early = problems.tally(FILE, 'purchase_date', 'date_before_1970', 'left_out')
  const late = problems.tally(FILE, 'purchase_date', 'purchase_in_future', 'left_out')
  const large = problems.tally(FILE, 'price', 'amount_too_large', 'left_out')
  const latest = now + DAY
  for (let line = 0; line < length; line++) {
    if (at[line]! >= 0 && at[line]! <= latest && Math.abs(price[line]! * quantity[line]!) <= MOST) continue
    out[line] = 1
    if (at[line]! < 0 || at[line]! > latest) (at[line]! < 0 ? early : late).say(rows.rowOf(line), dayOf(at[line]!))
    else large.say(rows.rowOf(line), `${price[line]! / 10_000} × ${quantity[line]}`)
  }
}

function countOddities({ store, rows }: LineRows, others: OtherFiles, problems: Problems, out: Uint8Array): void {
  const { own, registeredDay, listed, customerIds, productIds } = others
  const tallies = odditiesOf(problems)
  const { customer, product, at, price, quantity, length } = store
  for (let line = 0; line < length; line++) {
    if (out[line] === 1) continue
    const [who, what, paid, pieces] = [customer[line]!, product[line]!, price[line]!, quantity[line]!]
    if (who >= own.customers) tallies.stranger.say(rows.rowOf(line), customerIds.text(who))
    else {
      const day = registeredDay[who]!
      if (day !== NO_DAY && at[line]! < day * DAY) tallies.early.say(rows.rowOf(line), dayOf(at[line]!))
    }
    if (what >= own.products) tallies.unknown.say(rows.rowOf(line), productIds.text(what))
    if (paid === 0) tallies.free.say(rows.rowOf(line), '0')
    else if (paid > FAR_OFF * listed[what]!) tallies.farOff.say(rows.rowOf(line), String(paid / 10_000))
    else if (paid < 0) tallies.negative.say(rows.rowOf(line), String(paid / 10_000))
    if (pieces === 0) tallies.none.say(rows.rowOf(line), '0')
    else if (pieces < 0) tallies.returned.say(rows.rowOf(line), String(pieces))
  }
}

const odditiesOf = (
  problems: Problems,
): Readonly<Record<'stranger' | 'unknown' | 'early' | 'free' | 'farOff' | 'negative' | 'none' | 'returned', Tally>> => ({
  stranger: problems.tally(FILE, 'customer_id', 'customer_not_in_file', 'kept'),
  unknown: problems.tally(FILE, 'product_id', 'product_not_in_file', 'kept'),
  early: problems.tally(FILE, 'purchase_date', 'purchase_before_registration', 'kept'),
  free: problems.tally(FILE, 'price', 'price_zero', 'kept'),
  farOff: problems.tally(FILE, 'price', 'price_far_off', 'kept'),
  negative: problems.tally(FILE, 'price', 'price_negative', 'kept'),
  none: problems.tally(FILE, 'quantity', 'quantity_zero', 'kept'),
  returned: problems.tally(FILE, 'quantity', 'quantity_negative', 'kept'),
})

const dayOf = (at: number): string => (Math.abs(at) > 8.64e15 ? 'far off' : new Date(at).toISOString().slice(0, 10))

/** Takes out the lines that are marked; the others keep their order. */
export function withoutMarked(store: LineStore, out: Uint8Array): void {
  let to = 0
  for (let line = 0; line < store.length; line++) {
    if (out[line] === 1) continue
    store.customer[to] = store.customer[line]!
    store.product[to] = store.product[line]!
    store.order[to] = store.order[line]!
    store.at[to] = store.at[line]!
    store.price[to] = store.price[line]!
    store.quantity[to++] = store.quantity[line]!
  }
  store.length = to
}
