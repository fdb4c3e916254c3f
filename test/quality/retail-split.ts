import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { csvFields } from '../../producers/files/csv-fields.ts'
import { sharedData } from '../support/shared-data.ts'

export interface Split {
  readonly train: string
  readonly test: string
  readonly products: string
}

/** Online Retail as `tarang evaluate` reads it: what known customers bought of goods (five digits, not fees), before and from an instant on. */
export async function retailSplit(from: string, folder: string): Promise<Split> {
  const text = gunzipSync(await readFile(sharedData('online-retail.csv.gz'))).toString('utf8')
  const [before, after] = [['user,item,timestamp'], ['user,item,timestamp']]
  const names = new Map<string, string>()
  for (const line of text.split('\n').slice(1)) {
    const [invoice, code, description, quantity, date, price, customer] = csvFields(line.trim()) ?? []
    if (customer === undefined || customer === '' || invoice!.startsWith('C') || !/^\d{5}/.test(code!)) continue
    if (!(Number(quantity) > 0) || !(Number(price) > 0)) continue
    if (!names.has(code!)) names.set(code!, description!)
    const row = `${customer.replace(/\.0$/, '')},${code},${date}`
    if (date! < from) before.push(row)
    else after.push(row)
  }
  const file = (name: string, lines: readonly string[]) => {
    const path = join(folder, name)
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  const products = [...names].map(([code, name]) => `${code},${quoted(name)},,`)
  return {
    train: file('train.csv', before),
    test: file('test.csv', after),
    products: file('products.csv', ['product_id,product_name,category,price', ...products]),
  }
}
