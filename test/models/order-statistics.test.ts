import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderStatistics } from '../../models/order-statistics.ts'

/** A multiset in the plainest way: everything in it, sorted. */
class Plain {
  readonly counts = new Map<number, number>()

  add(value: number, by: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + by)
  }

  all(): number[] {
    return [...this.counts].flatMap(([value, count]) => Array<number>(count).fill(value)).sort((a, b) => a - b)
  }

  smallestAbove(worse: number): number | null {
    const all = this.all()
    return all.find(value => all.filter(other => other < value).length >= worse) ?? null
  }
}

interface Both {
  readonly real: OrderStatistics
  readonly plain: Plain
}

const added = (value: number, by: number): fc.Command<Plain, OrderStatistics> => ({
  check: plain => (plain.counts.get(value) ?? 0) + by >= 0,
  run(plain, real) {
    plain.add(value, by)
    real.add(value, by)
    expect(real.count(value)).toBe(plain.counts.get(value))
  },
  toString: () => `add(${value}, ${by})`,
})
const asked = (fifth: number): fc.Command<Plain, OrderStatistics> => ({
  check: () => true,
  run(plain, real) {
    const all = plain.all()
    expect(real.size).toBe(all.length)
    const worse = Math.max(0.2, (fifth * all.length) / 5)
    expect(real.smallestAbove(worse)).toBe(plain.smallestAbove(worse))
  },
  toString: () => `smallestAbove(${fifth} fifths)`,
})

test('it answers as a plain sorted list does, whatever comes and goes', () => {
  const value = fc.integer({ min: -3, max: 12 })
  const commands = fc.commands(
    [fc.tuple(value, fc.integer({ min: -3, max: 5 })).map(([v, by]) => added(v, by)), fc.integer({ min: 1, max: 5 }).map(asked)],
    {
      maxCommands: 60,
    },
  )
  fc.assert(
    fc.property(commands, steps => fc.modelRun(() => ({ model: new Plain(), real: new OrderStatistics() }), steps)),
    { numRuns: 300 },
  )
})

/** So many different values that blocks split, with every value's first rank known. */
function many(order: readonly number[], copies: number): Both {
  const both = { real: new OrderStatistics(), plain: new Plain() }
  for (const value of order) {
    both.real.add(value, copies)
    both.plain.add(value, copies)
  }
  return both
}

test.each([
  ['in order', (n: number) => n],
  ['backwards', (n: number) => 3000 - n],
  ['all over', (n: number) => (n * 1327) % 3001],
])('with thousands of different values that came %s every rank is right, and still is when most have gone', (_, place) => {
  const order = Array.from({ length: 3000 }, (_, n) => place(n))
  const { real } = many(order, 2)
  const sorted = [...order].sort((a, b) => a - b)
  const check = (left: readonly number[]) => {
    expect(real.size).toBe(2 * left.length)
    for (let rank = 1; rank < 2 * left.length; rank += 37)
      expect(real.smallestAbove(rank)).toBe(left[Math.ceil(rank / 2)] ?? null)
    expect(real.smallestAbove(2 * left.length)).toBeNull()
  }
  check(sorted)
  for (const value of sorted.filter((_, i) => i % 7 !== 0)) real.add(value, -2)
  check(sorted.filter((_, i) => i % 7 === 0))
})

test('when everything has gone it is as new', () => {
  const { real } = many([5, 1, 3], 1)
  for (const value of [1, 3, 5]) real.add(value, -1)
  expect([real.size, real.count(3), real.smallestAbove(1)]).toEqual([0, 0, null])
  real.add(4, 1)
  expect(real.count(4)).toBe(1)
})

test('more cannot be taken away than is there, and trying changes nothing', () => {
  const { real } = many([5], 2)
  expect(() => real.add(5, -3)).toThrow('5 is counted 2 times, 3 cannot be taken away')
  expect(() => real.add(6, -1)).toThrow('6 is counted 0 times')
  expect([real.size, real.count(5), real.count(6)]).toEqual([2, 2, 0])
})
