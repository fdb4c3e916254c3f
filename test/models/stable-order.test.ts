import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codePointOrder } from '../../models/code-point-order.ts'
import { stableOrder } from '../../models/stable-order.ts'

const number = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, -0, 1e15, -1e15))

test('rows are ordered as a stable sort by comparison has them, of any numbers, from any order given', () => {
  const table = fc
    .array(number, { maxLength: 50 })
    .chain(values => fc.tuple(fc.constant(values), fc.shuffledSubarray([...values.keys()])))
  fc.assert(
    fc.property(table, ([values, rows]) => {
      const plain = rows.toSorted((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : 0))
      expect([...stableOrder(Float64Array.from(values), Int32Array.from(rows))]).toEqual(plain)
    }),
  )
})

test('ids are ordered as their UTF-8 bytes are, beyond the basic plane too', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 4 })), ids => {
      const plain = [...ids.keys()].sort((a, b) => Buffer.compare(Buffer.from(ids[a]!), Buffer.from(ids[b]!)) || a - b)
      expect([...codePointOrder(ids)]).toEqual(plain)
    }),
  )
  expect([...codePointOrder(['\uffff', '\u{10000}', 'b', 'a10', 'a9'])]).toEqual([3, 4, 2, 0, 1])
})
