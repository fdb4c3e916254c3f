import { expect, test } from 'vitest'
import { Random } from '../../models/random.ts'

test('a seed gives the same numbers on every machine and for good', () => {
  const random = new Random('shop', 1)
  expect([random.uint32(), random.uint32(), random.uint32(), random.uint32()]).toMatchInlineSnapshot(`
    [
      2957325394,
      3359739285,
      1638711847,
      1955651988,
    ]
  `)
})

test('seeds that look alike give streams that share nothing', () => {
  const seeds: (string | number)[][] = [[1], [2], ['1', ''], [1, 1], [11], ['a', 'b'], ['ab'], ['b', 'a'], []]
  const firsts = seeds.map(seed => new Random(...seed).uint32())
  expect(new Set(firsts).size).toBe(seeds.length)
})

test('numbers are spread evenly over buckets, and one says nothing about the next', () => {
  const random = new Random('spread')
  const counts = new Uint32Array(256)
  let before = random.int(0, 15)
  for (let n = 0; n < 256_000; n++) {
    const now = random.int(0, 15)
    counts[before * 16 + now]! += 1
    before = now
  }
  const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  expect(chiSquared).toBeGreaterThan(170) // 255 degrees of freedom: 99.99 % lie between 173 and 349
  expect(chiSquared).toBeLessThan(350)
})

test('ranges include both ends and nothing beyond', () => {
  const random = new Random('ends')
  const drawn = new Set(Array.from({ length: 200 }, () => random.int(-1, 2)))
  expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2])
  expect(Array.from({ length: 200 }, () => random.float()).every(x => x >= 0 && x < 1)).toBe(true)
  expect([random.chance(0), random.chance(1)]).toEqual([false, true])
})
