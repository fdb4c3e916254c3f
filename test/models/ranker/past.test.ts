import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HistoriesBuilder } from '../../../models/ranker/histories.ts'
import { pastOf } from '../../../models/ranker/past.ts'
import { pastOfTaste } from '../../../models/ranker/taste-deeds.ts'
import { bought, clicked, noTaste, type Taste } from '../../../models/taste.ts'

const HOUR = 3_600_000
const names = ['tea', 'cup', 'milk', 'pot', 'rice']

const act = fc.record({
  product: fc.constantFrom(...names),
  hours: fc.integer({ min: 1, max: 5 }),
  kind: fc.constantFrom('bought', 'view', 'dislike'),
})

test('a taste and the history it came from are the same past: else the ranker would be asked what it never learnt', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), acts => {
      const histories = new HistoriesBuilder()
      let taste: Taste = noTaste
      let at = 0
      for (const name of names) histories.add('nobody', name, 0, 'looked')
      histories.add('ada', 'unknown', 0, 'disliked')
      for (const { product, hours, kind } of acts) {
        at += hours * HOUR
        if (kind === 'bought') taste = bought(taste, { lines: [{ productId: product, quantity: 1, unitPrice: '1' }] }, at)
        else taste = clicked(taste, product, kind as 'view', at)
        histories.add('ada', product, at, kind === 'bought' ? 'bought' : kind === 'view' ? 'looked' : 'disliked')
      }
      const all = histories.build()
      const numbers = Int32Array.from(all.products, name => (name === 'rice' ? -1 : names.indexOf(name)))
      const ada = all.customers.indexOf('ada')
      expect(pastOfTaste(taste, name => (name === 'rice' ? undefined : names.indexOf(name)))).toEqual(
        pastOf(all, ada, all.starts[ada + 1]!, numbers),
      )
    }),
  )
})

test('products are in the order of their last purchase; a look at what was bought moves nothing, one sitting counts once', () => {
  const builder = new HistoriesBuilder()
  builder.add('ada', 'tea', 1 * HOUR, 'bought')
  builder.add('ada', 'cup', 1 * HOUR, 'bought')
  builder.add('ada', 'pot', 2 * HOUR, 'looked')
  builder.add('ada', 'tea', 9 * HOUR, 'bought')
  builder.add('ada', 'tea', 9.2 * HOUR, 'bought')
  builder.add('ada', 'cup', 10 * HOUR, 'looked')
  const histories = builder.build()
  const past = pastOf(histories, 0, histories.starts[1]!, Int32Array.of(0, 1, 2))
  expect([...past.items]).toEqual([1, 2, 0])
  expect([...past.times]).toEqual([1, 0, 2])
  expect([...past.firstAt]).toEqual([1 * HOUR, 2 * HOUR, 1 * HOUR])
  expect(past.sittings).toBe(2)
})

test('deeds come out customer by customer in the order of time, whatever order they came in', () => {
  const builder = new HistoriesBuilder()
  for (const [customer, product, at] of [
    ['ben', 'tea', 5],
    ['ada', 'cup', 9],
    ['ben', 'cup', 1],
    ['ada', 'tea', 2],
  ] as const)
    builder.add(customer, product, at, 'bought')
  const { customers, products, starts, product, at } = builder.build()
  expect([customers, products]).toEqual([
    ['ben', 'ada'],
    ['tea', 'cup'],
  ])
  expect([[...starts], [...product], [...at]]).toEqual([
    [0, 2, 4],
    [1, 0, 0, 1],
    [1, 5, 2, 9],
  ])
})
