import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineStore } from '../../../../infra/analytics/read/line-store.ts'
import { renumber } from '../../../../infra/analytics/read/renumber.ts'
import { markRepeated } from '../../../../infra/analytics/read/repeated-lines.ts'
import { RowNumbers } from '../../../../infra/analytics/read/row-numbers.ts'

const small = fc.integer({ min: 0, max: 1 })
const line = fc.tuple(small, small, fc.integer({ min: -1, max: 2 }), small, small, small)

test('lines that are marked are those that an earlier line of their order says, whether orders are small or large', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 120 }), fc.array(fc.nat(119)), (lines, outAlready) => {
      const store = new LineStore()
      for (const [customer, product, order, at, price, quantity] of lines)
        store.push(customer, product, order, at, price, quantity, 0, () => 0)
      const out = new Uint8Array(lines.length)
      for (const at of outAlready) if (at < lines.length) out[at] = 1
      const seen = new Set<string>()
      const expected = lines.map((one, at) => {
        if (out[at] === 1) return 1
        if (one[2] === -1) return 0
        const before = seen.has(String(one))
        seen.add(String(one))
        return before ? 1 : 0
      })
      markRepeated(store, 3, out)
      expect([...out]).toEqual(expected)
    }),
  )
})

test('rows are told of lines whatever was left out between them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 })), steps => {
      const rows = new RowNumbers()
      const told = steps.map((_, line) => 1 + steps.slice(0, line + 1).reduce((sum, step) => sum + step, 0))
      for (const [line, row] of told.entries()) rows.note(line, row)
      expect(told.map((_, line) => rows.rowOf(line))).toEqual(told)
    }),
  )
})

test('numbers without gaps name what they named', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(10), (numbers, from) => {
      const column = Int32Array.from(numbers)
      const left = renumber(column, from, 21)
      expect(Array.from(column, number => (number < from ? number : left[number - from]))).toEqual(numbers)
      expect([...left]).toEqual([...new Set(numbers.filter(number => number >= from))])
    }),
  )
})
