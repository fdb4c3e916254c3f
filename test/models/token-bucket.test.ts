import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bucket, takeTokens } from '../../models/token-bucket.ts'

const shape = fc.record({ rate: fc.integer({ min: 1, max: 500 }), depth: fc.integer({ min: 1, max: 200 }) })
const wanting = fc.record({ afterMs: fc.nat(700), wanted: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 30 }) })

test('through any stretch of time go no more than what was saved, what comes in it, and what the last takes beyond its first', () => {
  fc.assert(
    fc.property(shape, fc.array(wanting, { maxLength: 60 }), (shape, takings) => {
      let bucket: Bucket = { level: 0, at: 0 }
      let now = 0
      const gone: { at: number; tokens: number }[] = []
      for (const { afterMs, wanted } of takings) {
        now += afterMs
        const taken = takeTokens(bucket, shape, wanted, now)
        bucket = taken.bucket
        for (const tokens of wanted.slice(0, taken.goes)) gone.push({ at: now, tokens })
      }
      for (const [i, from] of gone.entries()) {
        let sum = 0
        for (const { at, tokens } of gone.slice(i)) {
          sum += tokens
          expect(sum).toBeLessThanOrEqual(shape.depth + (shape.rate * (at - from.at)) / 1000 + (tokens - 1) + 1e-6)
        }
      }
    }),
  )
})

test('who always wants gets the rate, whatever each takes, and who comes back when told finds a token', () => {
  fc.assert(
    fc.property(shape, fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }), (shape, sizes) => {
      let bucket: Bucket = { level: 0, at: 0 }
      let [now, sum] = [0, 0]
      for (let i = 0; i < 400; i++) {
        const size = sizes[i % sizes.length]!
        const { goes, waitMs } = takeTokens(bucket, shape, [size], now)
        if (goes === 0) now += waitMs
        const taken = takeTokens(bucket, shape, [size], now)
        expect(taken.goes).toBe(1)
        bucket = taken.bucket
        sum += size
      }
      // No sooner than the rate gives; later at most by a rounding of each wait.
      expect(now).toBeGreaterThanOrEqual(((sum - shape.depth - 8) / shape.rate) * 1000)
      expect(now).toBeLessThanOrEqual((sum / shape.rate) * 1000 + 2 * 400)
    }),
  )
})

test('one that wants more than can ever be saved goes all the same, and what it took is paid for before the next', () => {
  const shape = { rate: 10, depth: 1 }
  const { goes, bucket, waitMs } = takeTokens({ level: 1000, at: 0 }, shape, [24, 1], 0)
  expect([goes, bucket.level, waitMs]).toEqual([1, -23_000, 2400])
  expect(takeTokens(bucket, shape, [1], 2399).goes).toBe(0)
  expect(takeTokens(bucket, shape, [1], 2400).goes).toBe(1)
})

test('a clock that goes back gives nothing twice, and one that is set back an hour does not stop everything for an hour', () => {
  const shape = { rate: 10, depth: 5 }
  const emptied = takeTokens({ level: 5000, at: 100_000 }, shape, [1, 1, 1, 1, 1], 100_000).bucket
  const behind = takeTokens(emptied, shape, [1], 99_500)
  expect([behind.goes, behind.bucket.at]).toEqual([0, 100_000])
  const set = takeTokens(emptied, shape, [1], 40_000)
  expect(set.goes).toBe(0)
  expect(takeTokens(set.bucket, shape, [1], 40_100).goes).toBe(1)
})
