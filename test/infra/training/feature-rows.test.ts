import { expect, test } from 'vitest'
import { COLUMNS, rowsIn, rowsOf } from '../../../infra/training/feature-rows.ts'
import { npyHeader } from '../../../infra/training/npy-rows.ts'
import { FEATURES } from '../../../models/ranker/features.ts'
import { Examples } from '../../../models/ranker/train-judges.ts'

test('a row says its list, whether the product was new to the customer, whether it was taken, and all features', () => {
  const values = Float32Array.from({ length: 3 * FEATURES.length }, (_, at) => at)
  const example = { values, taken: [false, true, false], fresh: 2 }
  const examples = new Examples()
  examples.add(example)
  examples.add({ values: values.subarray(FEATURES.length), taken: [true, false], fresh: 0 })
  expect(rowsIn(examples)).toBe(5)
  const rows = rowsOf(example, 7)
  const row = (at: number) => [...rows.subarray(at * COLUMNS.length, (at + 1) * COLUMNS.length)]
  expect(row(0)).toEqual([7, 1, 0, ...values.subarray(0, FEATURES.length)])
  expect(row(1).slice(0, 3)).toEqual([7, 1, 1])
  expect(row(2)).toEqual([7, 0, 0, ...values.subarray(2 * FEATURES.length)])
})

test('the header is one that NumPy reads: magic, version, whole blocks of 64 bytes, names in quotes whatever they hold', () => {
  const header = Buffer.from(npyHeader(['list', "days since the customer's last purchase"], 12))
  expect(header.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]))
  expect([header.length % 64, header.readUInt16LE(8), header.at(-1)]).toEqual([0, header.length - 10, 0x0a])
  expect(header.toString('latin1')).toContain(
    `{"descr": [("list", "<f4"), ("days since the customer's last purchase", "<f4")], "fortran_order": False, "shape": (12,), }`,
  )
})
