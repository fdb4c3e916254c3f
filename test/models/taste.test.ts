import { expect, test } from 'vitest'
import { bought, clicked, noTaste } from '../../models/taste.ts'

const DAY = 86_400_000
const line = (productId: string, quantity = 1) => ({ productId, quantity, unitPrice: '1.00' })

test('what was bought is counted, with the first and last time, whatever order purchases come in', () => {
  const taste = [30, 10, 20].reduce((all, day) => bought(all, { lines: [line('tea')] }, day * DAY), noTaste)
  expect(taste.bought).toEqual(new Map([['tea', { times: 3, sittings: [10 * DAY, 20 * DAY, 30 * DAY] }]]))
  expect(taste.at).toBe(30 * DAY)
})

test('lines that take back or give nothing are not bought', () => {
  expect(bought(noTaste, { lines: [line('tea', 0), line('cup', -2)] }, 5)).toEqual({ ...noTaste, at: 5 })
})

test('a click touches its product by how much interest it shows, one that shows none only moves time', () => {
  expect(clicked(noTaste, 'tea', 'cart_add', 7).recent).toEqual([{ productId: 'tea', value: 0.5, at: 7 }])
  expect(clicked(noTaste, 'tea', 'cart_remove', 7)).toEqual({ ...noTaste, at: 7 })
  expect(clicked(noTaste, undefined, 'view', 7)).toEqual({ ...noTaste, at: 7 })
})

test('of thousands of products the ones bought longest ago are forgotten', () => {
  const many = bought(noTaste, { lines: Array.from({ length: 5001 }, (_, n) => line(`p${n}`)) }, 1)
  const more = bought(bought(many, { lines: [line('p1')] }, 2), { lines: [line('new')] }, 3)
  expect([more.bought.size, more.bought.has('p0'), more.bought.has('p1'), more.bought.has('p2'), more.bought.has('new')]).toEqual(
    [5000, false, true, false, true],
  )
})

test('a taste is never changed in place: a refold starts from what it was', () => {
  const before = bought(noTaste, { lines: [line('tea')] }, 1)
  bought(before, { lines: [line('tea'), line('cup')] }, 2)
  expect(before.bought.get('tea')).toEqual({ times: 1, sittings: [1] })
  expect(noTaste.bought.size).toBe(0)
})

test('two lines of one sitting are one purchase of a product, half an hour apart or less', () => {
  const minute = 60_000
  const taste = [0, 10 * minute, 2 * 60 * minute].reduce((all, at) => bought(all, { lines: [line('tea')] }, at), noTaste)
  expect(taste.bought.get('tea')).toEqual({ times: 2, sittings: [0, 2 * 60 * minute] })
})

test('of many sittings the first and the newest are remembered', () => {
  const taste = Array.from({ length: 40 }, (_, day) => day).reduce(
    (all, day) => bought(all, { lines: [line('tea')] }, day * DAY),
    noTaste,
  )
  expect(taste.bought.get('tea')).toEqual({ times: 40, sittings: [0, ...Array.from({ length: 12 }, (_, k) => (28 + k) * DAY)] })
})

test('what is disliked stays so until it is bought; what was looked at is remembered, the newest last', () => {
  const seen = [
    ['tea', 1],
    ['cup', 2],
    ['tea', 3],
  ] as const
  const taste = seen.reduce((all, [product, at]) => clicked(all, product, 'view', at), noTaste)
  expect([...taste.looked]).toEqual([
    ['cup', 2],
    ['tea', 3],
  ])
  const against = clicked(taste, 'cup', 'dislike', 4)
  expect([...against.disliked]).toEqual(['cup'])
  expect(bought(against, { lines: [line('cup')] }, 5).disliked.size).toBe(0)
})
