import { expect, test } from 'vitest'
import { bought, clicked, noTaste } from '../../models/taste.ts'

const line = (productId: string, quantity = 1) => ({ productId, quantity, unitPrice: '1.00' })

test('what was bought is counted, with the first and last time, whatever order purchases come in', () => {
  const taste = [30, 10, 20].reduce((all, at) => bought(all, { lines: [line('tea')] }, at), noTaste)
  expect(taste.bought).toEqual(new Map([['tea', { times: 3, firstAt: 10, lastAt: 30 }]]))
  expect(taste.at).toBe(30)
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
  expect(before.bought.get('tea')).toEqual({ times: 1, firstAt: 1, lastAt: 1 })
  expect(noTaste.bought.size).toBe(0)
})
