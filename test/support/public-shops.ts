import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { csvFields } from '../../producers/files/csv-fields.ts'
import { sharedData } from './shared-data.ts'

/** The three files that `tarang analyze` reads. */
export interface ShopFilePaths {
  readonly customers: string
  readonly products: string
  readonly transactions: string
}

interface Line {
  readonly order: string
  readonly customer: string
  readonly product: string
  readonly name: string
  readonly date: string
  readonly price: string
  readonly quantity: number
}

/**
 * UCI Online Retail as three files. A cancellation is a line of negative quantity. Lines of an invoice that are alike in all but quantity are one line of their
 * sum: some of them are there twice and real, and would count as duplicates. Customers have no names, and registered with their first line; lines without a
 * customer stay, for whoever reads the files to leave out.
 */
export async function onlineRetailFiles(folder: string): Promise<ShopFilePaths> {
  const lines = new Map<string, Line>()
  for await (const fields of rowsOf('online-retail.csv.gz')) {
    const [order, product, name, quantity, date, price, customer] = fields as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const key = [order, product, date, price, customer, Math.sign(Number(quantity))].join()
    const before = lines.get(key)?.quantity ?? 0
    const line = { order, customer: customer.replace(/\.0$/, ''), product, name, date, price }
    lines.set(key, { ...line, quantity: before + Number(quantity) })
  }
  return write(folder, [...lines.values()], product => (/^\d/.test(product) ? 'Goods' : 'Charges'))
}

/**
 * CDNOW as three files: purchases, each a line of one product, for which CDs is not known.
 *
 * @param free what a purchase of value 0 is written as. To RFM such are no purchases; those who published BG/NBD counted them.
 */
export async function cdnowFiles(folder: string, free: '0.00' | '0.0001'): Promise<ShopFilePaths> {
  const lines: Line[] = []
  for await (const [order, customer, date, , value] of rowsOf('cdnow.csv.gz')) {
    const price = Number(value) === 0 ? free : value!
    lines.push({ order: order!, customer: customer!, product: 'cd', name: 'CD', date: date!, price, quantity: 1 })
  }
  return write(folder, lines, () => 'Music')
}

async function* rowsOf(name: string): AsyncGenerator<string[]> {
  const file = createReadStream(sharedData(name)).pipe(createGunzip())
  let header = true
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!header) yield csvFields(line)!
    header = false
  }
}

async function write(folder: string, lines: readonly Line[], categoryOf: (product: string) => string): Promise<ShopFilePaths> {
  const [registered, products] = [new Map<string, string>(), new Map<string, Line>()]
  for (const line of lines) {
    const { customer, date, product } = line
    if (customer !== '' && !(registered.get(customer)! <= date)) registered.set(customer, date)
    if (!(Number(products.get(product)?.price) > 0)) products.set(product, line)
  }
  await mkdir(folder, { recursive: true })
  const put = async (name: string, rows: readonly (readonly (string | number)[])[]): Promise<string> => {
    const path = join(folder, `${name}.csv`)
    await writeFile(path, rows.map(row => `${row.map(field).join()}\n`).join(''))
    return path
  }
  return {
    customers: await put('customers', [
      ['customer_id', 'name', 'email', 'registration_date'],
      ...[...registered].map(([customer, date]) => [customer, '', '', date.slice(0, 10)]),
    ]),
    products: await put('products', [
      ['product_id', 'product_name', 'category', 'price'],
      ...[...products.values()].map(({ product, name, price }) => [product, name, categoryOf(product), price]),
    ]),
    transactions: await put('transactions', [
      ['transaction_id', 'customer_id', 'product_id', 'purchase_date', 'price', 'quantity'],
      ...lines.map(({ order, customer, product, date, price, quantity }) => [order, customer, product, date, price, quantity]),
    ]),
  }
}

const field = (value: string | number): string => {
  const text = `${value}`
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
