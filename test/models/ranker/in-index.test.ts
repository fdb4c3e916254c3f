import { expect, test } from 'vitest'
import { ItemIndex } from '../../../models/item-index.ts'
import { findInIndex } from '../../../models/ranker/in-index.ts'

const indexOf = (...productIds: readonly string[]): ItemIndex => {
  const index = new ItemIndex()
  for (const productId of productIds)
    index.apply({
      productId,
      version: 1,
      available: true,
      trend: { value: 0, at: 0 },
      norm: 1,
      pairs: [{ productId: 'named', value: 1 }],
    })
  return index
}

test('items and products lead to each other; what was neither learnt of nor met came since', () => {
  const index = indexOf('c', 'since', 'a', 'rare', 'newest')
  const learnt = ['a', 'gone', 'c', 'named']
  const { products, items, unmet, isUnmet } = findInIndex(index, learnt, id => [...learnt, 'rare'].includes(id))
  expect(Array.from(products, product => index.item(product)?.productId)).toEqual(['a', undefined, 'c', undefined])
  for (const [item, product] of products.entries()) if (product >= 0) expect(items[product]).toBe(item)
  expect(items[index.numberOf('since')!] ?? -1).toBe(-1)
  expect(unmet.map(product => index.item(product)!.productId)).toEqual(['since', 'newest'])
  expect([...isUnmet.keys()].filter(product => isUnmet[product] === 1)).toEqual(unmet)
})

test('an index that holds nothing leads nowhere', () => {
  const { products, items, unmet } = findInIndex(indexOf(), ['a'], () => true)
  expect([[...products], [...items], unmet]).toEqual([[-1], [], []])
})
