import { expect, test } from 'vitest'
import { expectedResponse } from '../../../../models/flow/rehearse/expected-response.ts'

const past = (campaignId: string, sent: number, linked: number, clicked: number, orders: number, revenue: bigint) => ({
  campaignId,
  sent,
  linked,
  clicked,
  orders,
  revenue,
})

test('where nothing was sent before, nothing is expected', () => {
  expect(expectedResponse([], { sent: 100, linked: 100 })).toBe(null)
  expect(expectedResponse([past('a', 0, 0, 0, 0, 0n)], { sent: 100, linked: 100 })).toBe(null)
})

test('texts are answered as those before were, all campaigns together, and the basis is said', () => {
  const all = [past('a', 100, 80, 8, 5, 50_000_0000n), past('b', 300, 20, 2, 3, 30_000_0000n)]
  const expected = expectedResponse(all, { sent: 40, linked: 10 })!
  expect(expected).toMatchObject({ orders: 0.8, revenue: 8_000_0000n })
  expect(expected.basis).toEqual({ campaigns: ['a', 'b'], texts: 400, linked: 100, clicked: 10 })
  // 10 of 100: Wilson's 95 % interval is 5.52 % to 17.44 % (R. G. Newcombe, Statistics in Medicine 17, 1998, method 3).
  expect(expected.clicks!.expected).toBeCloseTo(1, 9)
  expect(expected.clicks!.low).toBeCloseTo(0.5523, 3)
  expect(expected.clicks!.high).toBeCloseTo(1.7437, 3)
})

test('of clicks nothing is said where no text had a link', () => {
  expect(expectedResponse([past('a', 10, 0, 0, 1, 10n)], { sent: 10, linked: 10 })).toMatchObject({ clicks: null, orders: 1 })
})

test('bounds stay within nobody and everybody', () => {
  const none = expectedResponse([past('a', 5, 5, 0, 0, 0n)], { sent: 10, linked: 10 })!.clicks!
  const all = expectedResponse([past('a', 5, 5, 5, 0, 0n)], { sent: 10, linked: 10 })!.clicks!
  expect([none.low, all.high]).toEqual([0, 10])
  expect([none.high > 0, all.low < 10]).toEqual([true, true])
})
