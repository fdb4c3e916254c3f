import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Ledger, ledgerHeaders, type Rows } from './ledger.ts'

const CHUNK = 256 * 1024

export interface LedgerWritten {
  readonly customers: number
  readonly products: number
  readonly orders: number
  /** Of transactions.csv, without its header. */
  readonly lines: number
  readonly bytes: number
}

/** Writes customers.csv, products.csv and transactions.csv, no faster than the disk takes them. `onProgress` is told after every quarter of a megabyte. */
export async function writeLedger(
  books: Ledger,
  folder: string,
  onProgress: (file: string, rows: number) => void,
): Promise<LedgerWritten> {
  await mkdir(folder, { recursive: true })
  let bytes = 0
  const write = async (name: keyof typeof ledgerHeaders): Promise<number> => {
    const file = `${name}.csv`
    let count = 0
    const add = (rows: number, chunk: Buffer): Buffer => {
      count += rows
      bytes += chunk.length
      onProgress(file, count)
      return chunk
    }
    await pipeline(chunks(`${ledgerHeaders[name]}\n`, books[name](), add), createWriteStream(join(folder, file)))
    return count
  }
  const [customers, products, lines] = [await write('customers'), await write('products'), await write('transactions')]
  return { customers, products, orders: books.orders, lines, bytes }
}

function* chunks(header: string, all: Rows, add: (rows: number, chunk: Buffer) => Buffer): Generator<Buffer> {
  let [text, count] = [header, 0]
  for (const rows of all) {
    for (const row of rows) text += row
    count += rows.length
    if (text.length < CHUNK) continue
    yield add(count, Buffer.from(text))
    text = ''
    count = 0
  }
  yield add(count, Buffer.from(text))
}
