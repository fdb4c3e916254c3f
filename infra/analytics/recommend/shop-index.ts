import { ItemIndex } from '../../../models/item-index.ts'
import type { ItemState } from '../../../schemas/records.ts'
import type { ProductColumns } from '../shop-columns.ts'
import { eachCustomer } from './each-customer.ts'
import { ItemSums } from './item-sums.ts'
import type { Purchases } from './purchases-by-customer.ts'
import { TasteWalk } from './taste-walk.ts'

const MAJOR = 10_000

/** All products as scoring sees them, numbered as they stand in the shop's rows. Those without a price above zero may lead to others, but are none to recommend. */
export async function shopIndex(products: ProductColumns, purchases: Purchases, signal?: AbortSignal): Promise<ItemIndex> {
  const sums = new ItemSums(products.id.length)
  await add(sums, purchases, () => true, signal)
  return indexOf(products, sums)
}

/** The same of purchases before a cut and of all of them. Who bought nothing after it is the same in both, and gone through once. */
export async function shopIndexes(
  products: ProductColumns,
  before: Purchases,
  all: Purchases,
  signal?: AbortSignal,
): Promise<{ before: ItemIndex; all: ItemIndex }> {
  const came = (c: number): boolean => all.end[c] !== before.end[c]
  const sums = new ItemSums(products.id.length)
  await add(sums, all, c => !came(c), signal)
  const sumsBefore = sums.copy()
  await add(sumsBefore, before, came, signal)
  await add(sums, all, came, signal)
  return { before: indexOf(products, sumsBefore), all: indexOf(products, sums) }
}

function add(
  sums: ItemSums,
  { start, end, product, at, free }: Purchases,
  counts: (customer: number) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const taste = new TasteWalk(sums.products)
  return eachCustomer(end.length, signal, c => {
    if (!counts(c)) return
    taste.begin()
    for (let k = start[c]!; k < end[c]!; k++) {
      // What was given away tells of taste, but makes nobody a customer of the product.
      if (free[k] === 1) continue
      taste.buy(product[k]!, at[k]!)
      sums.hear(product[k]!, at[k]!, taste)
    }
    sums.end()
  })
}

function indexOf(products: ProductColumns, sums: ItemSums): ItemIndex {
  const index = new ItemIndex()
  const blank = { trend: { value: 0, at: 0 }, norm: 0, pairs: [] }
  // Products get their numbers in the order in which they are named: all by themselves, before any is named as another's company.
  for (const n of products.id.keys()) index.apply({ ...described(products, n), ...blank, version: 1 })
  const idOf = (n: number): string => products.id[n]!
  for (const n of products.id.keys()) index.apply({ ...described(products, n), ...sums.stateOf(n, idOf), version: 2 })
  return index
}

function described(
  { id, name, category, price, known }: ProductColumns,
  n: number,
): Omit<ItemState, 'version' | 'trend' | 'norm' | 'pairs'> {
  const isPriced = price[n]! > 0 && price[n]! < Number.POSITIVE_INFINITY
  return {
    productId: id[n]!,
    ...(name[n] === '' ? {} : { name: name[n]! }),
    ...(category[n] === '' ? {} : { category: category[n]! }),
    ...(isPriced ? { price: String(price[n]! / MAJOR) } : {}),
    available: known[n] === 1 && isPriced,
  }
}
