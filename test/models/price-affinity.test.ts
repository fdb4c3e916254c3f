import { expect, test } from 'vitest'
import { nearness, usualPrice } from '../../models/price-affinity.ts'

const paid = (...prices: number[]) => prices.map(price => ({ logPrice: Math.log(price), weight: 1 }))

test('the usual price is the geometric mean, and what is told of it counts by its weight', () => {
  expect(Math.exp(usualPrice(paid(100, 400))!.mean)).toBeCloseTo(200)
  expect(Math.exp(usualPrice([...paid(100), { logPrice: Math.log(400), weight: 3 }])!.mean)).toBeCloseTo(100 * 4 ** 0.75)
})

test('a price is nearest when it is the usual one, and as far off at half of it as at double', () => {
  const usual = usualPrice(paid(150, 200, 260))!
  const near = (factor: number) => nearness(usual.mean + Math.log(factor), usual)
  expect(near(1)).toBe(1)
  expect(near(2)).toBeCloseTo(near(0.5))
  expect(near(2)).toBeLessThan(near(1.3))
})

test('who always paid the same is not taken to buy nothing else; where no price is known there is no usual one', () => {
  expect(nearness(Math.log(120), usualPrice(paid(100, 100))!)).toBeGreaterThan(0.8)
  expect(usualPrice([])).toBeUndefined()
  expect(usualPrice([{ logPrice: 3, weight: 0 }])).toBeUndefined()
})
