import { expect, test } from 'vitest'
import { isGrowing, memoryOf } from './memory-watch.ts'

/** What is under way differs from look to look. */
const heap = (kept: (look: number) => number) => Array.from({ length: 12 }, (_, look) => kept(look) + ((look * 5) % 3))

test('a heap in which now more and now less is under way is not one that grows, and one that keeps a little of everything is', () => {
  const flat = memoryOf(heap(() => 80))
  expect(flat.mib).toBe(81)
  expect(isGrowing(flat)).toBe(false)
  const leaking = memoryOf(heap(look => 80 + 2 * look))
  expect(leaking.grown).toBeGreaterThan(18)
  expect(isGrowing(leaking)).toBe(true)
})
