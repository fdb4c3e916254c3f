import type { Among } from './vector-index.ts'
import type { VectorStore } from './vector-store.ts'

/** What one search may answer. */
export interface Allowed {
  readonly excluded: ReadonlySet<string>
  /** Undefined for all. A slot may go to another id while a search is under way: who is answered must be named. */
  readonly named: ReadonlySet<string> | undefined
  /** Where they are, each once and none of what is excluded; undefined for all. */
  readonly only: readonly number[] | undefined
}

export function allowedOf(store: VectorStore, { exclude = [], only = null }: Among): Allowed {
  const excluded = new Set(exclude)
  if (only === null) return { excluded, named: undefined, only: undefined }
  const slots: number[] = []
  const named = new Set(only)
  for (const id of named) {
    const slot = excluded.has(id) ? undefined : store.slotOf(id)
    if (slot !== undefined) slots.push(slot)
  }
  return { excluded, named, only: slots }
}

export const allows = ({ excluded, named }: Allowed, id: string): boolean =>
  !excluded.has(id) && (named === undefined || named.has(id))
