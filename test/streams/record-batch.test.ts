import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRecords, encodeRecords } from '../../streams/record-batch.ts'

const text = fc.string({ unit: 'grapheme' })
const bytes = fc.uint8Array({ maxLength: 300 }).map(values => Buffer.from(values))
const timestamp = fc.integer({ min: -(2 ** 51), max: 2 ** 51 })
const record = fc.record({
  key: fc.option(text),
  value: fc.option(bytes),
  headers: fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }),
  timestamp,
})
const place = { topic: 't', partition: 3, base: 1000 }

test('any records come back from their bytes as they were, one offset after the other', () => {
  fc.assert(
    fc.property(fc.array(record), records => {
      const decoded = decodeRecords(encodeRecords(records), place)
      expect(decoded).toEqual(records.map((each, n) => ({ ...each, topic: 't', partition: 3, offset: 1000 + n })))
    }),
  )
})

test('a batch cut off anywhere is an error, never fewer records', () => {
  const batch = encodeRecords([
    { key: 'k', value: Buffer.from('value'), headers: { name: 'text' }, timestamp: 1_322_000_000_123 },
  ])
  for (let length = 0; length < batch.length; length++) expect(() => decodeRecords(batch.subarray(0, length), place)).toThrow()
})

test('a layout of a newer version is refused with the place where it stands', () => {
  const batch = Buffer.from(encodeRecords([]))
  batch[0] = 2
  expect(() => decodeRecords(batch, place)).toThrow(/t\/3.*1000.*layout 2/)
})

test('records that repeat their headers take little more than their keys and values', () => {
  const headers = { ce_id: 'abcd', ce_type: 'purchase', traceparent: '' }
  const records = Array.from({ length: 100 }, () => ({
    key: 'k',
    value: Buffer.alloc(50),
    headers,
    timestamp: 1_322_000_000_123,
  }))
  expect(encodeRecords(records).length).toBeLessThan(100 * (1 + 50 + 12 + 15) + 100)
})
