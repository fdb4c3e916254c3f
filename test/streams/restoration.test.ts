import { expect, test } from 'vitest'
import { Restoration } from '../../streams/restoration.ts'

test('a worker is restored when every partition given to it is where its log ended then, and that is told once', () => {
  const restoration = new Restoration()
  restoration.begin(1000)
  restoration.await(0, 10)
  expect(restoration.done([0, 1], new Map([[0, 10]]), 2000)).toBeUndefined() // 1 is not taken yet
  restoration.await(1, 5)
  expect(
    restoration.done(
      [0, 1],
      new Map([
        [0, 10],
        [1, 4],
      ]),
      2500,
    ),
  ).toBeUndefined()
  expect(
    restoration.done(
      [0, 1],
      new Map([
        [0, 12],
        [1, 5],
      ]),
      3000,
    ),
  ).toBe(2)
  expect(
    restoration.done(
      [0, 1],
      new Map([
        [0, 12],
        [1, 5],
      ]),
      4000,
    ),
  ).toBeUndefined()
})

test('a rebalance on the way counts from the first, for that is how long readers have waited', () => {
  const restoration = new Restoration()
  restoration.begin(1000)
  restoration.await(0, 10)
  restoration.lose([0])
  restoration.begin(5000)
  restoration.await(1, 3)
  expect(restoration.done([1], new Map([[1, 3]]), 6000)).toBe(5)
})
