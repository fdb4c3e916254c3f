import { describe, expect, test } from 'vitest'
import { MemoryAllowance } from '../../../../infra/analytics/read/memory-allowance.ts'

const MB = 1e6
const needs = { file: 'lines.csv', bytes: 10 * MB, heap: 0, read: 10 * MB, total: 1000 * MB }

describe('memory that may be taken', () => {
  test('is held against what the whole file will need, once enough of it is read to tell', () => {
    const allowance = new MemoryAllowance(900 * MB, 900 * MB)
    expect(() => allowance.check(needs)).toThrow(
      'lines.csv does not fit: about 1.0 GB of memory would be needed, and 0.9 GB may be taken.',
    )
    expect(() => allowance.check({ ...needs, total: 800 * MB })).not.toThrow()
    expect(() => allowance.check({ ...needs, bytes: 100_000, read: 100_000 })).not.toThrow()
  })

  test('is less by what earlier files have taken', () => {
    const allowance = new MemoryAllowance(900 * MB, 900 * MB)
    allowance.keep({ bytes: 200 * MB, heap: 0 })
    expect(() => allowance.check({ ...needs, total: 800 * MB })).toThrow('about 1.0 GB of memory')
  })

  test('is of the heap what its limit leaves', () => {
    const allowance = new MemoryAllowance(900 * MB, 50 * MB)
    allowance.keep({ bytes: 0, heap: 20 * MB })
    expect(() => allowance.check({ ...needs, heap: MB, total: 20 * MB })).not.toThrow()
    expect(() => allowance.check({ ...needs, heap: MB, total: 400 * MB })).toThrow(
      'about 0.060 GB of heap would be needed, and 0.050 GB may be taken.',
    )
  })

  test('is what this machine has, unless told: more than a test needs, less than all machines have', () => {
    expect(() => new MemoryAllowance().check(needs)).not.toThrow()
    expect(() => new MemoryAllowance().check({ ...needs, total: 1e15 })).toThrow('memory')
  })
})
