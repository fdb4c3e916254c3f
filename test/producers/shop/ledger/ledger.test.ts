import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kindOf } from '../../../../producers/shop/customer.ts'
import { buyerOf } from '../../../../producers/shop/ledger/buyer.ts'
import { buyerGroups, groupOf } from '../../../../producers/shop/ledger/buyer-groups.ts'
import { festiveWeight } from '../../../../producers/shop/ledger/festivals.ts'
import { type LedgerOptions, ledger, type Rows } from '../../../../producers/shop/ledger/ledger.ts'
import { dayAt, dayWeight, shoppingDays } from '../../../../producers/shop/ledger/shopping-days.ts'

const options: LedgerOptions = { seed: 1, customers: 1000, products: 200, lines: 20, until: Date.parse('2026-01-01'), days: 762 }
const fieldsOf = (rows: Rows): string[][] => [...rows].flat().map(row => row.trimEnd().split(','))

describe('the books of a thousand customers', () => {
  const books = ledger(options)
  const [customers, products, lines] = [fieldsOf(books.customers()), fieldsOf(books.products()), fieldsOf(books.transactions())]

  test('every line is of a customer and a product that there are, at the product’s price, on a day of the span', () => {
    const [known, price] = [new Set(customers.map(([id]) => id)), new Map(products.map(([id, , , cost]) => [id, cost]))]
    for (const [, customer, product, date, cost, quantity] of lines) {
      expect(known.has(customer!)).toBe(true)
      expect(price.get(product!)).toBe(cost)
      expect(date! >= '2023-12-01' && date! < '2026-01-01').toBe(true)
      expect(Number(quantity)).toBeGreaterThanOrEqual(1)
    }
    expect(new Set(customers.map(([id]) => id)).size).toBe(1000)
    expect(new Set(products.map(([id]) => id)).size).toBe(200)
  })

  test('nobody buys before they registered', () => {
    const registered = new Map(customers.map(([id, , , date]) => [id, date!]))
    for (const [, customer, , date] of lines) expect(registered.get(customer!)! <= date!).toBe(true)
  })

  test('an order is one customer’s on one day, with each product once, and orders go by day', () => {
    const orders = new Map<string, string[][]>()
    for (const line of lines) orders.set(line[0]!, [...(orders.get(line[0]!) ?? []), line])
    expect(orders.size).toBe(books.orders)
    for (const of of orders.values()) {
      expect(new Set(of.map(([, customer, , date]) => `${customer} ${date}`)).size).toBe(1)
      expect(new Set(of.map(line => line[2])).size).toBe(of.length)
    }
    const dates = lines.map(line => line[3]!)
    expect([...dates].sort()).toEqual(dates)
  })

  test('customers have about the lines that were asked for, and the orders of their kind', () => {
    expect(lines.length / 1000).toBeGreaterThan(19)
    expect(lines.length / 1000).toBeLessThan(21)
    const orders = new Map<string, Set<string>>()
    for (const [order, customer] of lines) orders.set(customer!, (orders.get(customer!) ?? new Set()).add(order!))
    const range = { frequent: [5, 15], seasonal: [2, 4], 'one-time': [1, 1] } as const
    for (const [index, [id]] of customers.entries()) {
      const [least, most] = range[kindOf(index)]
      expect(orders.get(id!)!.size).toBeGreaterThanOrEqual(least)
      expect(orders.get(id!)!.size).toBeLessThanOrEqual(most)
      expect(groupOf(index).orders).toEqual([least, most])
    }
  })

  test('names are in Latin and in Urdu letters, and no field needs quotes', () => {
    expect(customers.some(([, name]) => /^\p{Script=Arabic}[\p{Script=Arabic} ]+$/u.test(name!))).toBe(true)
    expect(customers.some(([, name]) => /^[A-Za-z ]+$/.test(name!))).toBe(true)
    const rows = [customers, products, lines]
    expect(rows.map(all => new Set(all.map(fields => fields.length)))).toEqual([new Set([4]), new Set([4]), new Set([6])])
    expect(rows.flat(2).some(field => /["\n\r;]/.test(field) || field === '')).toBe(false)
  })
})

describe('a seed', () => {
  const digest = (given: LedgerOptions) => {
    const hash = createHash('sha256')
    const { customers, products, transactions } = ledger(given)
    for (const rows of [customers(), products(), transactions()]) for (const some of rows) hash.update(some.join(''))
    return hash.digest('hex')
  }

  test('gives the same bytes again, and another seed other ones', () => {
    const small = { ...options, customers: 50 }
    expect(digest(small)).toBe(digest(small))
    expect(digest(small)).not.toBe(digest({ ...small, seed: 2 }))
  })

  test('gives the bytes that it gave when they were written down', () => {
    expect(digest({ ...options, customers: 200 })).toBe('172a88e300e14c9b0a7ef3e61db9052113dbe559f64982ac28a5d38ff969900b')
  })
})

test('any options give whole books: short spans, few products, one line', () => {
  const sizes = fc.record({
    customers: fc.integer({ min: 1, max: 30 }),
    products: fc.integer({ min: 1, max: 120 }),
    lines: fc.integer({ min: 1, max: 300 }),
    days: fc.integer({ min: 1, max: 900 }),
    until: fc.integer({ min: Date.parse('1960-01-01'), max: Date.parse('2060-01-01') }),
  })
  fc.assert(
    fc.property(sizes, size => {
      const books = ledger({ ...size, seed: 3 })
      const [customers, lines] = [fieldsOf(books.customers()), fieldsOf(books.transactions())]
      const [first, last] = [size.until - size.days * 86_400_000, size.until].map(at => new Date(at).toISOString().slice(0, 10))
      expect(customers.length).toBe(size.customers)
      expect(new Set(lines.map(([, customer]) => customer)).size).toBe(size.customers)
      for (const [, , , date] of lines) expect(date! >= first! && date! <= last!).toBe(true)
      expect(lines.flat().some(field => /NaN|undefined/.test(field))).toBe(false)
    }),
    { numRuns: 60 },
  )
})

test('days of a span come as often as they weigh', () => {
  const span = shoppingDays(Date.parse('2025-01-01') / 86_400_000, 365)
  const counts = new Float64Array(365)
  const draws = 400_000
  for (let n = 0; n < draws; n++) counts[dayAt(span.any, 0, 365, (n + 0.5) / draws)]!++
  const all = counts.map((_, at) => dayWeight(span.first + at)).reduce((sum, one) => sum + one, 0)
  for (const [at, count] of counts.entries()) expect(Math.abs(count - (draws * dayWeight(span.first + at)) / all)).toBeLessThan(2)
})

test('Ramadan, the days before an Eid and weekends sell more, an Eid itself less', () => {
  const weightOf = (date: string) => festiveWeight(Date.parse(date) / 86_400_000)
  expect([weightOf('2025-03-01'), weightOf('2025-03-02'), weightOf('2025-03-30'), weightOf('2025-03-31')]).toEqual([
    1, 1.6, 2.4, 0.4,
  ])
  expect([weightOf('2025-05-27'), weightOf('2025-05-28'), weightOf('2025-06-07'), weightOf('2025-06-10')]).toEqual([
    1, 2.4, 0.4, 1,
  ])
  const [friday, saturday, monday] = ['2025-01-10', '2025-01-11', '2025-01-13'].map(date =>
    dayWeight(Date.parse(date) / 86_400_000),
  )
  expect([friday! < monday!, saturday! > monday!]).toEqual([true, true])
})

test('festive buyers buy near festivals alone, lapsed ones stop, newcomers have just begun', () => {
  const span = shoppingDays(Date.parse('2023-12-01') / 86_400_000, 762)
  for (let index = 0; index < 500; index++) {
    const { orders } = buyerOf(1, index, span)
    const { name, ends } = groupOf(index)
    expect(buyerGroups).toContain(groupOf(index))
    if (name === 'festive') for (const day of orders) expect(festiveWeight(span.first + day)).toBeGreaterThan(1)
    if (name === 'lapsed') expect(orders.at(-1)).toBeLessThan(762 / 2)
    if (name === 'newcomer') expect(orders[0]).toBeGreaterThan(762 * 0.9)
    expect(orders.at(-1)! < Math.max(1, Math.round(762 * ends))).toBe(true)
  }
})
