import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Affinity, interestIn, nearTo, strengthOf, touch } from '../../models/affinity.ts'
import { clickKinds } from '../../schemas/events.ts'

const DAY = 86_400_000
const after = (steps: readonly { productId: string; amount: number; at: number }[]): readonly Affinity[] =>
  steps.reduce<readonly Affinity[]>((all, { productId, amount, at }) => touch(all, productId, amount, at), [])

test('what is touched goes last, keeps what it had and leaves the others as they are', () => {
  const before = after([
    { productId: 'tea', amount: 1, at: 0 },
    { productId: 'cup', amount: 0.5, at: DAY },
  ])
  const now = touch(before, 'tea', 0.1, 30 * DAY)
  expect(now).toEqual([
    { productId: 'cup', value: 0.5, at: DAY },
    { productId: 'tea', value: 0.6, at: 30 * DAY },
  ])
  expect(now[0]).toBe(before[1])
})

test('fifty products are remembered, those touched last, each once', () => {
  const product = fc.integer({ min: 0, max: 80 }).map(n => `p${n}`)
  fc.assert(
    fc.property(fc.array(product, { maxLength: 200 }), products => {
      const remembered = after(products.map((productId, at) => ({ productId, amount: 1, at }))).map(({ productId }) => productId)
      const last = [...new Set([...products].reverse())].slice(0, 50).reverse()
      expect(remembered).toEqual(last)
    }),
  )
})

test('company is told by both strengths, half for each week between, nearest in the list first, never itself, a few at most', () => {
  const all = after([
    { productId: 'weak', amount: 0.1, at: 7 * DAY },
    { productId: 'strong', amount: 3, at: 7 * DAY },
    { productId: 'old', amount: 1, at: 0 },
    { productId: 'now', amount: 0.5, at: 7 * DAY },
  ])
  expect(nearTo(all.at(-1)!, all)).toEqual([
    { productId: 'old', weight: 0.25 },
    { productId: 'strong', weight: 0.5 },
    { productId: 'weak', weight: 0.05 },
  ])
  const many = after(Array.from({ length: 40 }, (_, n) => ({ productId: `p${n}`, amount: 1, at: 0 })))
  const told = nearTo(many.at(-1)!, many).map(({ productId }) => productId)
  expect(told).toEqual(Array.from({ length: told.length }, (_, n) => `p${38 - n}`))
  expect(told.length).toBeGreaterThanOrEqual(8)
  expect(told.length).toBeLessThanOrEqual(16)
})

test('what lies so far apart that nothing is left of it is no company', () => {
  const all = after([
    { productId: 'ancient', amount: 1, at: 0 },
    { productId: 'now', amount: 1, at: 365 * DAY },
  ])
  expect(nearTo(all[1]!, all)).toEqual([])
})

test('no customer counts for more than one purchase, whatever they did', () => {
  expect(strengthOf({ productId: 'p', value: 12, at: 0 })).toBe(1)
  expect(strengthOf({ productId: 'p', value: 0.123_456, at: 0 })).toBe(0.1235)
})

test('every act says how much interest it shows: a purchase most, taking out of the cart none', () => {
  const acts = clickKinds.map(kind => interestIn(kind))
  expect(Math.max(...acts)).toBeLessThan(interestIn('purchase'))
  expect(Math.min(...acts)).toBe(0)
  expect(interestIn('cart_remove')).toBe(0)
  expect(interestIn('view')).toBeGreaterThan(0)
})
