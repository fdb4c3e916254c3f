import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ReadShopOptions, readShop } from '../../infra/analytics/read/read-shop.ts'
import { NO_DAY, type ShopColumns } from '../../infra/analytics/shop-columns.ts'

/** What stands in the three files; a list is lines. */
export interface ShopTexts {
  readonly customers?: string | Buffer | readonly string[]
  readonly products?: string | Buffer | readonly string[]
  readonly transactions?: string | Buffer | readonly string[]
}

export const CUSTOMERS = [
  'customer_id,name,email,registration_date',
  'c1,Ada,ada@example.com,2020-01-01',
  'c2,Bilal,bilal@example.com,2020-02-01',
]
export const PRODUCTS = ['product_id,product_name,category,price', 'p1,Tea,Drinks,250.00', 'p2,Mug,Kitchen,900.50']
export const LINES = ['transaction_id,customer_id,product_id,purchase_date,price,quantity']

/** When the files of tests are read. */
export const NOW = Date.UTC(2024, 0, 1)

const asBytes = (text: string | Buffer | readonly string[]): string | Buffer =>
  typeof text === 'string' || Buffer.isBuffer(text) ? text : `${text.join('\n')}\n`

/** Reads a shop from texts, by way of files. */
export async function shopOf(texts: ShopTexts, options: Partial<ReadShopOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-shop-'))
  try {
    const [customers, products, transactions] = (['customers', 'products', 'transactions'] as const).map(file => {
      const path = join(folder, `${file}.csv`)
      writeFileSync(path, asBytes(texts[file] ?? { customers: CUSTOMERS, products: PRODUCTS, transactions: LINES }[file]))
      return path
    }) as [string, string, string]
    return await readShop({ customers, products, transactions }, { now: NOW, ...options })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Lines as people would write them: order's number, customer, product, instant, amount in the major unit, pieces. */
export const linesOf = ({ customers, products, lines }: ShopColumns) =>
  Array.from(lines.at, (at, line) => [
    lines.order[line]!,
    customers.id[lines.customer[line]!]!,
    products.id[lines.product[line]!]!,
    new Date(at).toISOString().replace(':00.000Z', ''),
    lines.amount[line]! / 10_000,
    lines.quantity[line]!,
  ])

export const customersOf = ({ customers: { id, name, email, registeredDay, known } }: ShopColumns) =>
  id.map((one, number) => [
    one,
    name[number],
    email[number],
    registeredDay[number] === NO_DAY ? '' : new Date(registeredDay[number]! * 86_400_000).toISOString().slice(0, 10),
    known[number],
  ])

/** Problems by file, column and code, with how many rows have them. */
export const countsOf = (
  problems: readonly { file: string; column: string | null; code: string; treatment: string; rows: number }[],
) =>
  Object.fromEntries(
    problems.map(({ file, column, code, treatment, rows }) => [`${file} ${column ?? '*'} ${code} ${treatment}`, rows]),
  )
