import { expect, test } from 'vitest'
import { isGrowing, memoryOf } from './memory-watch.ts'

/** A heap that fills and is collected, above what is kept. */
const heap = (kept: (second: number) => number) => Array.from({ length: 400 }, (_, second) => kept(second) + (second % 9) * 6)

test('a heap that breathes is not one that grows, and one that keeps a little of everything is', () => {
  const flat = memoryOf(heap(() => 80))
  expect([flat.mib, flat.grown, isGrowing(flat)]).toEqual([80, 0, false])
  const leaking = memoryOf(heap(second => 80 + second / 8))
  expect(leaking.grown).toBeGreaterThan(40)
  expect(isGrowing(leaking)).toBe(true)
})
