import { expect, test } from 'vitest'
import { coldList } from '../../models/cold-list.ts'
import { ItemIndex } from '../../models/item-index.ts'

const AT = Date.UTC(2026, 0, 1)
const versions = { items: 2, cuts: 1 }

function trending(trends: Readonly<Record<string, number>>): ItemIndex {
  const items = new ItemIndex()
  for (const [productId, value] of Object.entries(trends))
    items.apply({ productId, version: 1, available: true, trend: { value, at: AT }, norm: 1, pairs: [] })
  return items
}

test('it is what trends, as of the instant that trends stand at', () => {
  expect(coldList('ada', trending({ tea: 2, cup: 1 }), versions)).toMatchObject({
    customerId: 'ada',
    asOf: '2026-01-01T00:00:00.000Z',
    versions,
    coldStart: true,
    items: [{ productId: 'tea' }, { productId: 'cup' }],
  })
})

test('one id means one list: two instances that hold the same say the same, whatever else differs has another id', () => {
  const list = coldList('ada', trending({ tea: 2, cup: 1 }), versions)
  expect(list.recommendationId).toMatch(/^rec_cold_[0-9a-f]{24}$/)
  expect(coldList('ada', trending({ cup: 1, tea: 2 }), versions)).toEqual(list)
  const others = [
    coldList('bob', trending({ tea: 2, cup: 1 }), versions),
    coldList('ada', trending({ tea: 1, cup: 2 }), versions),
    coldList('ada', trending({ tea: 2, cup: 1 }), { ...versions, items: 3 }),
    coldList('ada', trending({ tea: 2, cup: 1 }), { ...versions, cuts: 2 }),
    coldList('ada', trending({}), versions),
  ]
  expect(new Set([list, ...others].map(({ recommendationId }) => recommendationId)).size).toBe(1 + others.length)
})
