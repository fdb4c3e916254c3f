import type { Allowed } from './allowed.ts'
import { Nearest } from './nearest.ts'
import { scan } from './scan.ts'
import type { Neighbour } from './vector-index.ts'
import type { VectorStore } from './vector-store.ts'

/** The truly nearest of a store. What was deleted during a pause is not among them. */
export function* exactSearch(
  store: VectorStore,
  unit: Float32Array,
  k: number,
  allowed: Allowed,
): Generator<void, readonly Neighbour[]> {
  const nearest = new Nearest(k)
  yield* scan(store, unit, nearest, allowed)
  const told = new Set<string>()
  // Deleted and put back elsewhere during a pause, an id can be met twice.
  return nearest.list().filter(({ id }) => store.slotOf(id) !== undefined && told.size < told.add(id).size)
}
