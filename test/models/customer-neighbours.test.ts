import { expect, test } from 'vitest'
import { CustomerNeighbours } from '../../models/customer-neighbours.ts'
import type { Weighted } from '../../models/factorisation.ts'
import { Random } from '../../models/random.ts'

const N = 12
const random = new Random('neighbours', 1)
const histories = Array.from({ length: 30 }, (): Weighted => {
  const items = Int32Array.from({ length: N }, (_, item) => item).filter(() => random.chance(0.5))
  return { items, weights: Float64Array.from(items, () => random.int(1, 5)) }
})
const neighbours = new CustomerNeighbours(histories, N)
const asking = histories[3]!

/** A history as a row of a table, not a number where there is nothing. */
const row = ({ items, weights }: Weighted): number[] => {
  const all = new Array<number>(N).fill(Number.NaN)
  for (const [k, item] of items.entries()) all[item] = weights[k]!
  return all
}
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const table = histories.map(row)
const shared = (a: number[], b: number[]) => [...a.keys()].filter(k => !Number.isNaN(a[k]!) && !Number.isNaN(b[k]!))
const there = (a: number[]) => a.filter(value => !Number.isNaN(value))
const mean = (a: number[]) => sum(there(a)) / there(a).length

function plainly(likeness: (a: number[], b: number[], both: number[]) => number) {
  const mine = table[3]!
  return table
    .map((theirs, customer) => {
      const both = shared(mine, theirs)
      return { customer, alike: (likeness(mine, theirs, both) * both.length) / (both.length + 5) }
    })
    .filter(({ customer, alike }) => customer !== 3 && alike > 0)
    .sort((a, b) => b.alike - a.alike)
}

const norm = (a: number[]) => Math.sqrt(sum(there(a).map(value => value * value)))
const cosine = plainly((a, b, both) => sum(both.map(k => a[k]! * b[k]!)) / norm(a) / norm(b))
const pearson = plainly((a, b, both) => {
  const [x, y] = [both.map(k => a[k]! - mean(a)), both.map(k => b[k]! - mean(b))]
  return sum(x.map((v, k) => v * y[k]!)) / Math.sqrt(sum(x.map(v => v * v)) * sum(y.map(v => v * v)))
})

test.each([
  ['cosine', neighbours.byCosine(asking, 100, 3), cosine],
  ['Pearson’s correlation', neighbours.byPearson(asking, 100, 3), pearson],
])('neighbours by %s are those of the whole table, without the customer asking', (_, found, expected) => {
  expect(found.map(({ customer }) => customer)).toEqual(expected.map(({ customer }) => customer))
  for (const [k, { alike }] of found.entries()) expect(alike).toBeCloseTo(expected[k]!.alike, 10)
})

test('only as many neighbours as asked for come, the most alike', () => {
  expect(neighbours.byCosine(asking, 4, 3)).toEqual(neighbours.byCosine(asking, 100, 3).slice(0, 4))
})

test('a product’s score is what neighbours have of it, each as far as they are alike', () => {
  const sums = new Float64Array(N)
  neighbours.add(neighbours.byCosine(asking, 100, 3), sums)
  for (let item = 0; item < N; item++) {
    const plain = sum(
      cosine
        .filter(({ customer }) => !Number.isNaN(table[customer]![item]!))
        .map(({ customer, alike }) => alike * table[customer]![item]!),
    )
    expect(sums[item]).toBeCloseTo(plain, 8)
  }
})

test('a rating is foretold from the own mean and how neighbours stray from theirs', () => {
  const out = new Float64Array(N)
  neighbours.predict(asking, neighbours.byPearson(asking, 100, 3), out)
  for (let item = 0; item < N; item++) {
    const rated = pearson.filter(({ customer }) => !Number.isNaN(table[customer]![item]!))
    const strays = sum(rated.map(({ customer, alike }) => alike * (table[customer]![item]! - mean(table[customer]!))))
    expect(out[item]).toBeCloseTo(mean(table[3]!) + (rated.length === 0 ? 0 : strays / sum(rated.map(({ alike }) => alike))), 8)
  }
})

test('who rates everything alike, or has nothing, is like nobody and gets no number that is none', () => {
  const flat = new CustomerNeighbours(
    [
      { items: Int32Array.of(0, 1), weights: Float64Array.of(3, 3) },
      { items: new Int32Array(0), weights: new Float64Array(0) },
    ],
    2,
  )
  expect(flat.byPearson({ items: Int32Array.of(0, 1), weights: Float64Array.of(1, 5) }, 5)).toEqual([])
  expect(flat.byCosine({ items: new Int32Array(0), weights: new Float64Array(0) }, 5)).toEqual([])
})
