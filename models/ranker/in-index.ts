import type { ItemIndex } from '../item-index.ts'

/** What a ranker learnt of and what it did not, by the numbers that an index gives to products. */
export interface InIndex {
  /** Of each item of the ranker its product, −1 where the index has none. */
  readonly products: Int32Array
  /** Of each product its item, −1 where nothing was learnt of it; shorter than there are products where that holds for the last ones. */
  readonly items: Int32Array
  /** Products of which nothing was learnt because they were not there. */
  readonly unmet: readonly number[]
  /** 1 at each of them; shorter than there are products where the last ones are none of these. */
  readonly isUnmet: Uint8Array
}

/** @param learnt the product of each item @param met true of products that were there when the ranker learnt */
export function findInIndex(index: ItemIndex, learnt: readonly string[], met: (productId: string) => boolean): InIndex {
  const products = Int32Array.from(learnt, productId => index.numberOf(productId) ?? -1)
  const items = new Int32Array(products.reduce((most, product) => Math.max(most, product + 1), 0)).fill(-1)
  for (const [item, product] of products.entries()) if (product >= 0) items[product] = item
  const unmet: number[] = []
  for (const { product, productId } of index.all()) if (!met(productId)) unmet.push(product)
  const isUnmet = new Uint8Array((unmet.at(-1) ?? -1) + 1)
  for (const product of unmet) isUnmet[product] = 1
  return { products, items, unmet, isUnmet }
}
