import { expect, test } from 'vitest'
import type { KnownCustomer } from '../../../models/similar/known-customer.ts'
import { textSpace } from '../../../models/similar/text-space.ts'

const DAY = 86_400_000
const space = textSpace({ space: 't', family: 'test', dims: 3 })
const products = (id: string) => ({ x: Float32Array.of(1, 0, 0), y: Float32Array.of(0, 1, 0), odd: Float32Array.of(1, 1) })[id]
const customer = (recent: [string, number, number][], written: [number, Float32Array][] = []): KnownCustomer => ({
  customerId: 'c',
  taste: { bought: new Map(), recent: recent.map(([productId, value, at]) => ({ productId, value, at })) },
  messages: new Map([['t', written.map(([at, vector]) => ({ at, vector }))]]),
})
const rounded = (vector: Float32Array | undefined) => vector && [...vector].map(x => Math.round(x * 1e4) / 1e4)

test('what was touched 30 days before the newest counts half', () => {
  const vector = space.vectorOf(
    customer([
      ['x', 1, 0],
      ['y', 1, 30 * DAY],
    ]),
    products,
  )
  expect(rounded(vector)).toEqual([0.4472, 0.8944, 0])
})

test('a message draws the vector to its own', () => {
  const vector = space.vectorOf(customer([['x', 1, 0]], [[0, Float32Array.of(0, 0, 1)]]), products)
  expect(rounded(vector)).toEqual([0.4472, 0, 0.8944])
})

test('the same facts a year later give the same vector', () => {
  const now = space.vectorOf(
    customer([
      ['x', 0.3, 5],
      ['y', 1, DAY],
    ]),
    products,
  )
  const later = space.vectorOf(
    customer([
      ['x', 0.3, 365 * DAY + 5],
      ['y', 1, 366 * DAY],
    ]),
    products,
  )
  expect(rounded(later)).toEqual(rounded(now))
})

test('a vector of another size is left out, and a customer without any has none', () => {
  const drawnTo = (...ids: string[]) => space.vectorOf(customer(ids.map(id => [id, 1, 0])), products)
  expect(rounded(drawnTo('odd', 'x'))).toEqual([1, 0, 0])
  expect(drawnTo('odd', 'unknown')).toBeUndefined()
  expect(drawnTo()).toBeUndefined()
})
