import { type Allowed, allows } from './allowed.ts'
import type { Nearest } from './nearest.ts'
import type { VectorStore } from './vector-store.ts'

/** Multiply-adds between two pauses: about two milliseconds. */
const AT_ONCE = 1_500_000

/**
 * Compares a vector of length 1 with others, one by one, and pauses by `yield` so that whoever runs it can do other things. What is written
 * meanwhile counts as it is when its slot is reached.
 */
export function* scan(store: VectorStore, unit: Float32Array, nearest: Nearest, allowed: Allowed): Generator<void, void> {
  const { ids, dims } = store
  const { only } = allowed
  const pause = Math.max(1, Math.floor(AT_ONCE / dims))
  for (let i = 0; i < (only ?? ids).length; i++) {
    if (i % pause === pause - 1) yield
    const slot = only === undefined ? i : only[i]!
    const id = ids[slot]
    if (id === undefined) continue
    const similarity = store.similarity(slot, unit)
    if (similarity >= nearest.least && allows(allowed, id)) nearest.offer(id, similarity)
  }
}
