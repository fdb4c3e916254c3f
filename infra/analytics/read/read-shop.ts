import type { CustomerColumns, ProductColumns, ShopColumns } from '../shop-columns.ts'
import { NO_DAY } from '../shop-columns.ts'
import { ByteTable } from './byte-table.ts'
import { finishLines } from './finish-lines.ts'
import { MemoryAllowance } from './memory-allowance.ts'
import { Problems } from './problems.ts'
import { CustomerRows, customerColumns } from './read-customers.ts'
import { LineRows, lineColumns } from './read-lines.ts'
import { ProductRows, productColumns } from './read-products.ts'
import { type Reading, type ReadProgress, readRows } from './read-rows.ts'
import { nothingUsable, totalsOf } from './totals-of.ts'
import type { Validation } from './validation.ts'

export interface ShopFiles {
  readonly customers: string
  readonly products: string
  readonly transactions: string
}

export interface ReadShopOptions {
  /** Epoch ms. What is more than a day later is in the future; clocks of shops are up to a day ahead of UTC. */
  readonly now: number
  readonly say?: ((progress: ReadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Lines that repeat another one of their order are left out, unless told to keep them: some shops write a line for each piece. */
  readonly keepRepeated?: boolean | undefined
  /** Bytes of memory that may be taken; what is free, unless told. */
  readonly memory?: number | undefined
}

/**
 * Reads a shop from three files of CSV, plain or compressed by gzip, and says what is wrong with them. What can be read as it was meant is repaired, what is
 * odd is kept, what cannot be used is left out, and each is counted. Throws a `DataValidationError` for files that are no such files, hold nothing that can
 * be used, or do not fit into memory.
 */
export async function readShop(
  paths: ShopFiles,
  { now, say, signal, memory, keepRepeated = false }: ReadShopOptions,
): Promise<{ shop: ShopColumns; validation: Validation }> {
  const problems = new Problems()
  const reading: Reading = { problems, allowance: new MemoryAllowance(memory), say, signal }
  const [customerIds, productIds] = [new ByteTable(), new ByteTable()]
  const customers = await readRows(
    'customers',
    paths.customers,
    customerColumns,
    cells => new CustomerRows(cells, customerIds, problems),
    reading,
  )
  const products = await readRows(
    'products',
    paths.products,
    productColumns,
    cells => new ProductRows(cells, productIds, problems),
    reading,
  )
  const own = { customers: customerIds.size, products: productIds.size }
  const lines = await readRows(
    'transactions',
    paths.transactions,
    lineColumns,
    (cells, share) => new LineRows(cells, customerIds, productIds, problems, share),
    reading,
  )
  const { registeredDay, readAs: dates } = customers.taker.finish(now)
  const { price, readAs: prices } = products.taker.finish()
  const finished = finishLines(
    lines.taker,
    { own, registeredDay, listed: price, customerIds, productIds, keepRepeated },
    now,
    problems,
  )
  const validation: Validation = {
    files: {
      customers: totalsOf('customers', customers.read, { registration_date: dates }, problems),
      products: totalsOf('products', products.read, { price: prices }, problems),
      transactions: totalsOf('transactions', lines.read, finished.readAs, problems),
    },
    problems: problems.list(),
  }
  if (validation.files.transactions.used === 0) throw nothingUsable(validation)
  return {
    shop: {
      customers: customerColumnsOf(customers.taker, registeredDay, named(customerIds, own.customers, finished.strangers)),
      products: productColumnsOf(products.taker, price, named(productIds, own.products, finished.unknown)),
      lines: finished.lines,
    },
    validation,
  }
}

/** Ids of a table: those of its file, and behind them those that only lines name. */
function named(ids: ByteTable, own: number, others: Int32Array): { id: string[]; known: Uint8Array } {
  const id = [...Array.from({ length: own }, (_, number) => ids.text(number)), ...Array.from(others, number => ids.text(number))]
  return { id, known: new Uint8Array(id.length).fill(1, 0, own) }
}

function customerColumnsOf(
  { name, email }: CustomerRows,
  days: Int32Array,
  { id, known }: ReturnType<typeof named>,
): CustomerColumns {
  const registeredDay = new Int32Array(id.length).fill(NO_DAY)
  registeredDay.set(days)
  for (let more = name.length; more < id.length; more++) {
    name.push('')
    email.push('')
  }
  return { id, name, email, registeredDay, known }
}

function productColumnsOf(
  { name, category }: ProductRows,
  prices: Float64Array,
  { id, known }: ReturnType<typeof named>,
): ProductColumns {
  const price = new Float64Array(id.length).fill(Number.NaN)
  price.set(prices)
  for (let more = name.length; more < id.length; more++) {
    name.push('')
    category.push('')
  }
  return { id, name, category, price, known }
}
