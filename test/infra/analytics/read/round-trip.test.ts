import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shopOf } from '../../../support/shop-files.ts'

const DAY = 86_400_000
const id = fc.stringMatching(/^[A-Zچé][A-Za-z0-9_چé-]{1,12}$/).filter(text => !/^(null|none|nan|na|nat)$/i.test(text))
const name = fc
  .string({ unit: fc.constantFrom('a', 'B', ' ', ',', ';', '"', '\n', "'", 'ا', 'ß', '😀', '-', '1'), maxLength: 12 })
  .map(text => text.trim())

const line = fc.record({
  order: fc.nat(20),
  customer: fc.nat(5),
  product: fc.nat(5),
  at: fc.integer({ min: 0, max: 19_000 * 1440 }).map(minutes => minutes * 60_000),
  cents: fc.integer({ min: 1, max: 50_000_000 }),
  pieces: fc.integer({ min: -5, max: 20 }),
})

const shop = fc.record({
  customers: fc.uniqueArray(fc.record({ id, name }), { selector: one => one.id.normalize('NFC'), minLength: 6, maxLength: 6 }),
  products: fc.uniqueArray(fc.record({ id, name, cents: fc.option(fc.integer({ min: 1, max: 1e9 })) }), {
    selector: one => one.id.normalize('NFC'),
    minLength: 6,
    maxLength: 6,
  }),
  lines: fc.uniqueArray(line, { minLength: 1, maxLength: 30, selector: one => JSON.stringify(one) }),
})

/** How a program may write it. */
const style = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  mark: fc.boolean(),
  quoteAll: fc.boolean(),
  gzip: fc.boolean(),
  decimal: fc.constantFrom('.', ','),
  thousands: fc.constantFrom('', ' ', "'"),
  currency: fc.constantFrom('', 'Rs ', '$', 'PKR '),
  date: fc.constantFrom('iso', 'spaced', 'unix', 'points', 'sheet'),
})
type Style = typeof style extends fc.Arbitrary<infer Of> ? Of : never

function csv(rows: readonly (readonly string[])[], { delimiter, lineEnd, mark, quoteAll, gzip }: Style): Buffer {
  const field = (text: string) => (quoteAll || /["\n\r,;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const text = Buffer.from((mark ? '\ufeff' : '') + rows.map(row => row.map(field).join(delimiter) + lineEnd).join(''))
  return gzip ? gzipSync(text) : text
}

function price(cents: number, { decimal, thousands, currency }: Style): string {
  const whole = String(Math.floor(cents / 100)).replace(/\B(?=(\d{3})+$)/g, thousands)
  return `${currency}${whole}${decimal}${String(cents % 100).padStart(2, '0')}`
}

function date(at: number, { date }: Style): string {
  const [day, time] = new Date(at).toISOString().slice(0, 16).split('T') as [string, string]
  if (date === 'iso') return `${day}T${time}:00Z`
  if (date === 'spaced') return `${day} ${time}`
  if (date === 'points') return `${day.split('-').reverse().join('.')} ${time}`
  // Seconds since 1970 have nine digits from 1973 on, and days of a spreadsheet mean dates from 1954 on.
  return date === 'unix' && at >= 1e11 ? String(at / 1000) : String(25_569 + at / DAY)
}

test('a shop that is written comes back, however its program writes it', async () => {
  await fc.assert(
    fc.asyncProperty(shop, style, async ({ customers, products, lines }, style) => {
      const [who, what] = [customers.map(({ id }) => id.normalize('NFC')), products.map(({ id }) => id.normalize('NFC'))]
      const { shop, validation } = await shopOf({
        customers: csv([['customer_id', 'name'], ...customers.map(({ id, name }) => [id, name])], style),
        products: csv(
          [
            ['product_id', 'product_name', 'price'],
            ...products.map(({ id, name, cents }) => [id, name, cents === null ? '' : price(cents, style)]),
          ],
          style,
        ),
        transactions: csv(
          [
            ['transaction_id', 'customer_id', 'product_id', 'purchase_date', 'price', 'quantity'],
            ...lines.map(({ order, customer, product, at, cents, pieces }) => [
              `T${order}`,
              who[customer]!,
              what[product]!,
              date(at, style),
              price(cents, style),
              String(pieces),
            ]),
          ],
          style,
        ),
      })
      expect(shop.customers.id).toEqual(who)
      expect(shop.customers.name).toEqual(customers.map(({ name }) => name))
      expect(shop.products.id).toEqual(what)
      expect([...shop.products.price]).toEqual(products.map(({ cents }) => (cents === null ? Number.NaN : cents * 100)))
      expect([...shop.lines.customer]).toEqual(lines.map(({ customer }) => customer))
      expect([...shop.lines.product]).toEqual(lines.map(({ product }) => product))
      expect([...shop.lines.at]).toEqual(lines.map(({ at }) => at))
      expect([...shop.lines.quantity]).toEqual(lines.map(({ pieces }) => pieces))
      expect([...shop.lines.amount]).toEqual(lines.map(({ cents, pieces }) => cents * 100 * pieces))
      const orders = [...new Set(lines.map(({ order }) => order))]
      expect([...shop.lines.order]).toEqual(lines.map(({ order }) => orders.indexOf(order)))
      expect(shop.lines.orders).toBe(orders.length)
      expect(validation.problems.filter(({ treatment }) => treatment === 'left_out')).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('rows of each file are those that are used and those that are left out, whatever stands in it', async () => {
  const cell = fc.constantFrom(
    '',
    'a',
    'b',
    '1',
    '-1',
    '0',
    '2021-03-04',
    '3/4/2021',
    'x"y',
    '"',
    'NULL',
    '1,234',
    '"1,5"',
    ' c ',
    '\0',
    'é',
    '\n',
    '1e400',
    '99999999999999999999',
    '2099-01-01',
  )
  const rows = fc
    .array(fc.array(cell, { maxLength: 8 }), { minLength: 1, maxLength: 12 })
    .map(rows => rows.map(row => row.join(',')).join('\n'))
  await fc.assert(
    fc.asyncProperty(rows, rows, rows, async (customers, products, transactions) => {
      const read = await shopOf({
        customers: `customer_id,name,email,registration_date\nz,Z,,\n${customers}`,
        products: `product_id,product_name,category,price\nz,Z,,5\n${products}`,
        transactions: `transaction_id,customer_id,product_id,purchase_date,price,quantity\nz,z,z,2021-03-04,5,1\n${transactions}`,
      })
      const { shop, validation } = read
      for (const file of ['customers', 'products', 'transactions'] as const) {
        const { rows, used, leftOut } = validation.files[file]
        expect(used + leftOut).toBe(rows)
      }
      expect(shop.lines.at).toHaveLength(validation.files.transactions.used)
      const own = (known: Uint8Array) => known.reduce((sum, one) => sum + one, 0)
      expect([own(shop.customers.known), own(shop.products.known)]).toEqual([
        validation.files.customers.used,
        validation.files.products.used,
      ])
      for (const column of [shop.lines.at, shop.lines.amount, shop.lines.quantity])
        expect([...column].every(Number.isFinite)).toBe(true)
      const named = (column: Int32Array, count: number) => [...column].every(number => number >= 0 && number < count)
      expect(named(shop.lines.customer, shop.customers.id.length)).toBe(true)
      expect(named(shop.lines.product, shop.products.id.length)).toBe(true)
      expect(new Set(shop.lines.order).size).toBe(shop.lines.orders)
      for (const { examples, rows } of validation.problems) expect(examples.length).toBeLessThanOrEqual(Math.min(5, rows))
    }),
    { numRuns: 100 },
  )
})
