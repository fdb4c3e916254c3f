import { expect, test } from 'vitest'
import { fromBytes, ModelDamaged, toBytes } from '../../models/model-bytes.ts'

const value = {
  names: ['tea', 'چائے'],
  rows: { columns: Uint16Array.of(1, 2, 65_535), weights: Float32Array.of(0.5, -1, Number.NaN) },
  list: [Float64Array.of(Math.PI), Int32Array.of(-7)],
  empty: new Int32Array(),
}

test('what is written is what is read, wherever in memory the bytes begin', () => {
  const bytes = toBytes(value)
  expect(fromBytes(bytes)).toEqual(value)
  const shifted = new Uint8Array(bytes.length + 3)
  shifted.set(bytes, 3)
  expect(fromBytes(shifted.subarray(3))).toEqual(value)
})

test('bytes that were cut off or changed are refused, never used', () => {
  const bytes = toBytes(value)
  expect(() => fromBytes(bytes.subarray(0, 20))).toThrow(ModelDamaged)
  expect(() => fromBytes(bytes.subarray(0, bytes.length - 1))).toThrow(ModelDamaged)
  const changed = bytes.slice()
  changed[changed.length - 5]! ^= 1
  expect(() => fromBytes(changed)).toThrow(/digest/)
})
