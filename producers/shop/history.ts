import { Random } from '../../models/random.ts'
import type { Inbound } from '../../schemas/events.ts'
import { kindOf, shopCustomer } from './customer.ts'
import type { StockedShop } from './synthetic-shop.ts'
import { visitSteps } from './visit.ts'
import { type Visit, visitTimes } from './visit-times.ts'

const DAY = 86_400_000
const NOBODY = -1

interface Dated {
  readonly at: number
  readonly event: Inbound
}

/**
 * All events of the shop's past, in order of time.
 *
 * Customers wait in one list per day for their next visit (a calendar queue in two typed arrays, four bytes a customer); each day takes
 * its list, makes its events, sorts them and hands what follows later (a complaint, a refund) on to its own day. A customer's visits are
 * computed again each time instead of being kept.
 */
export function* history(shop: StockedShop): Generator<Inbound> {
  yield* stocked(shop)
  const queue = waiting(shop)
  const later = new Map<number, Dated[]>()
  for (let day = 0; day < shop.days; day++) {
    const dated = later.get(day) ?? []
    later.delete(day)
    for (const [index, visits, number] of queue.take(day)) {
      for (const one of visitEvents(shop, index, visits[number]!, number)) {
        const its = dayOf(shop, one.at)
        if (its === day) dated.push(one)
        else if (one.at < shop.until) putOff(later, its, one)
      }
    }
    yield* inOrder(dated)
  }
}

function putOff(later: Map<number, Dated[]>, day: number, one: Dated): void {
  const waiting = later.get(day)
  if (waiting === undefined) later.set(day, [one])
  else waiting.push(one)
}

const dayOf = ({ from }: StockedShop, at: number): number => Math.floor((at - from) / DAY)

/** By time, then by id, which no two share. */
const inOrder = (dated: Dated[]): Inbound[] =>
  dated.sort((a, b) => a.at - b.at || (a.event.id < b.event.id ? -1 : 1)).map(({ event }) => event)

function* stocked({ catalogue, from, currency }: StockedShop): Generator<Inbound> {
  const occurredAt = new Date(from).toISOString()
  for (const { productId, name, description, category, brand, price } of catalogue.products)
    yield {
      type: 'product',
      id: `stock-${productId}`,
      occurredAt,
      productId,
      name,
      description,
      category,
      brand,
      price: `${price}.00`,
      currency,
      available: true,
    }
}

/** Customers by the day of their next visit. */
function waiting(shop: StockedShop) {
  const first = new Int32Array(shop.days).fill(NOBODY)
  const next = new Int32Array(shop.customers).fill(NOBODY)
  const visitsOf = (index: number) => visitTimes(shop.seed, index, kindOf(index), shop)
  const wait = (index: number, visit: Visit) => {
    const day = dayOf(shop, visit.at)
    next[index] = first[day]!
    first[day] = index
  }
  for (let index = 0; index < shop.customers; index++) wait(index, visitsOf(index)[0]!)

  /** Every visit of a day: whose, all their visits, and which of these. Its customers then wait for their next one. */
  function* take(day: number): Generator<[index: number, visits: Visit[], number: number]> {
    for (let index = first[day]!; index !== NOBODY; ) {
      const following = next[index]!
      const visits = visitsOf(index)
      let number = visits.findIndex(({ at }) => dayOf(shop, at) === day)
      for (; number < visits.length && dayOf(shop, visits[number]!.at) === day; number++) yield [index, visits, number]
      if (number < visits.length) wait(index, visits[number]!)
      index = following
    }
  }
  return { take }
}

function visitEvents(shop: StockedShop, index: number, { at, buys }: Visit, number: number): Dated[] {
  const { seed, catalogue, currency } = shop
  const customer = shopCustomer(seed, index, catalogue)
  const { customerId } = customer
  const random = new Random(seed, 'visit', index, number)
  const steps = visitSteps({
    customer,
    catalogue,
    random,
    buys,
    first: number === 0,
    orderId: `${customerId}-o${number + 1}`,
    currency,
  })
  let passed = at
  return steps.map(({ after, event }, step) => {
    passed += after
    const common = { id: `${customerId}-v${number + 1}-${step + 1}`, customerId, occurredAt: new Date(passed).toISOString() }
    return { at: passed, event: { ...common, ...event } }
  })
}
