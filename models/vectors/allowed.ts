import type { Among } from './vector-index.ts'
import type { VectorStore } from './vector-store.ts'

/** What one search may answer. */
export interface Allowed {
  readonly excluded: ReadonlySet<string>
  /** Slots, each once and none of what is excluded; undefined for all. */
  readonly only: readonly number[] | undefined
}

export function allowedOf(store: VectorStore, { exclude = [], only = null }: Among): Allowed {
  const excluded = new Set(exclude)
  if (only === null) return { excluded, only: undefined }
  const slots: number[] = []
  for (const id of new Set(only)) {
    const slot = excluded.has(id) ? undefined : store.slotOf(id)
    if (slot !== undefined) slots.push(slot)
  }
  return { excluded, only: slots }
}
