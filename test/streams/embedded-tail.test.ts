import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Tail, TailBudget } from '../../streams/embedded-tail.ts'
import type { LogRecord } from '../../streams/log.ts'

const records = (base: number, count: number, size = 0): LogRecord[] =>
  Array.from({ length: count }, (_, n) => ({
    topic: 't',
    partition: 0,
    offset: base + n,
    key: null,
    value: Buffer.alloc(size),
    headers: {},
    timestamp: 0,
  }))
const offsets = (some: readonly LogRecord[] | undefined) => some?.map(({ offset }) => offset)

test('in whatever order commits are told, what is read from memory has no gap', () => {
  const order = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 }).chain(counts =>
    fc.record({
      counts: fc.constant(counts),
      order: fc.shuffledSubarray(
        counts.map((_, i) => i),
        { minLength: counts.length },
      ),
    }),
  )
  fc.assert(
    fc.property(order, fc.integer({ min: 1, max: 10 }), ({ counts, order }, limit) => {
      const bases = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0))
      const tail = new Tail({ start: 0, next: 0 }, new TailBudget(1 << 20))
      for (const i of order) {
        tail.append(records(bases[i]!, counts[i]!))
        for (let from = 0; from <= tail.end; from++) {
          const read = offsets(tail.read(from, limit))
          if (read !== undefined)
            expect(read).toEqual(Array.from({ length: Math.min(limit, tail.end - from) }, (_, n) => from + n))
        }
      }
      expect(tail.end).toBe(counts.reduce((sum, count) => sum + count, 0))
    }),
  )
})

test('the budget is shared: the oldest records of all partitions go first', () => {
  const budget = new TailBudget(4000)
  const [a, b] = [new Tail({ start: 0, next: 0 }, budget), new Tail({ start: 0, next: 0 }, budget)]
  a.append(records(0, 1, 1000))
  b.append(records(0, 1, 1000))
  a.append(records(1, 1, 1000))
  b.append(records(1, 1, 1000))
  expect([a.read(0, 9), b.read(0, 9)].map(offsets)).toEqual([undefined, [0, 1]])
  expect(offsets(a.read(1, 9))).toEqual([1])
  a.append(records(2, 1, 10_000))
  expect([a.read(2, 9), b.read(1, 9)].map(offsets)).toEqual([undefined, undefined])
  expect(a.end).toBe(3)
  b.append(records(2, 1))
  expect(offsets(b.read(2, 9))).toEqual([2])
})

test('after pruning, what was deleted is not read from memory either', () => {
  const tail = new Tail({ start: 0, next: 0 }, new TailBudget(1 << 20))
  tail.append(records(0, 2))
  tail.append(records(2, 2))
  tail.prune(2)
  expect(tail.start).toBe(2)
  expect(tail.read(0, 9)).toBeUndefined()
  expect(offsets(tail.read(2, 9))).toEqual([2, 3])
})
