import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect } from 'vitest'
import { cdnowFiles, onlineRetailFiles, type ShopFilePaths } from './public-shops.ts'
import { cdnow, onlineRetail } from './published-totals.ts'
import { testWithData } from './shared-data.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-public-'))
})
afterAll(() => rm(folder, { recursive: true }))

testWithData(
  'Online Retail as three files comes to what was published, and has no line twice',
  ['online-retail.csv.gz'],
  async () => {
    const { buyers, orders, gross, net, lines } = await totalsOf(await onlineRetailFiles(folder))
    expect([buyers, orders]).toEqual([onlineRetail.customersWithPurchase, onlineRetail.orders])
    expect([gross / 10_000, net / 10_000]).toEqual([Number(onlineRetail.gross), Number(onlineRetail.net)])
    expect(new Set(lines.map(line => Object.values(line).join('\u0000'))).size).toBe(lines.length)
  },
)

testWithData(
  'CDNOW as three files comes to what was published; free CDs are purchases where that is asked for',
  ['cdnow.csv.gz'],
  async () => {
    const plain = await totalsOf(await cdnowFiles(folder, '0.00'))
    expect([plain.buyers, plain.orders, plain.gross / 10_000]).toEqual([
      cdnow.customersWithPurchase,
      cdnow.orders,
      Number(cdnow.gross),
    ])
    expect((await totalsOf(await cdnowFiles(folder, '0.0001'))).buyers).toBe(cdnow.customers)
  },
)

type Row = Readonly<Record<string, string>>

/** By a plain fold. Net is of those who bought; money in 1/10,000. */
async function totalsOf({ customers, products, transactions }: ShopFilePaths) {
  const [people, goods, lines] = (await Promise.all([customers, products, transactions].map(path => readFile(path, 'utf8')))).map(
    text => parse(text, { columns: true }) as Row[],
  )
  const of = new Map(people!.map(row => [row.customer_id!, { orders: new Set<string>(), gross: 0, net: 0 }]))
  const sold = new Set(goods!.map(row => row.product_id))
  expect(lines!.filter(line => !sold.has(line.product_id))).toEqual([])
  for (const { transaction_id, customer_id, price, quantity } of lines!) {
    if (customer_id === '') continue
    const paid = Math.round(Number(price) * 10_000) * Number(quantity)
    const customer = of.get(customer_id!)!
    customer.net += paid
    if (paid > 0) customer.gross += paid
    if (paid > 0) customer.orders.add(transaction_id!)
  }
  const buyers = [...of.values()].filter(({ orders }) => orders.size > 0)
  const sum = (value: (one: (typeof buyers)[number]) => number) => buyers.reduce((all, one) => all + value(one), 0)
  const totals = { orders: sum(({ orders }) => orders.size), gross: sum(({ gross }) => gross), net: sum(({ net }) => net) }
  return { buyers: buyers.length, ...totals, lines: lines! }
}
