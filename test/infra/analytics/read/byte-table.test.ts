import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteTable, MAX_KEY } from '../../../../infra/analytics/read/byte-table.ts'

test('keys get the numbers that a Map would give them, and keep their texts', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4 })), keys => {
      const [table, known] = [new ByteTable(), new Map<string, number>()]
      for (const key of keys) {
        if (!known.has(key)) known.set(key, known.size)
        const bytes = Buffer.from(`<${key}>`)
        expect(table.number(bytes, 1, bytes.length - 1)).toBe(known.get(key))
      }
      expect(table.size).toBe(known.size)
      for (const [key, number] of known) expect(table.text(number)).toBe(Buffer.from(key).toString())
    }),
  )
})

test('200,000 keys over many pages and growths are found again, the empty and the longest among them', () => {
  const table = new ByteTable()
  const keys = ['', 'x'.repeat(MAX_KEY), ...Array.from({ length: 200_000 }, (_, n) => `TXN-${String(n).padStart(8, '0')}`)].map(
    key => Buffer.from(key),
  )
  const numbers = () => keys.map(key => table.number(key, 0, key.length))
  const first = numbers()
  expect(first).toEqual(keys.map((_, n) => n))
  expect(numbers()).toEqual(first)
  expect(table.text(150_000)).toBe('TXN-00149998')
  expect(table.bytes).toBeLessThan(200_000 * 42)
})
