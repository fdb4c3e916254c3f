/** How little the very first ranks stand out; the value of the paper. */
const K = 60

/** One id of a fused list; `score` is 1 for who is first in every list. */
export interface Fused {
  readonly id: string
  readonly score: number
}

/**
 * Lists of different origin as one, by reciprocal rank fusion (Cormack, Clarke & Büttcher 2009): Σ 1 / (60 + rank), as a share of the most
 * there can be. Only ranks count, so scores of the lists need not be comparable. Ties go by id.
 *
 * @param lists ids, the best first; an id at most once in a list
 */
export function fuseByRank(lists: readonly (readonly string[])[], most: number): Fused[] {
  const sums = new Map<string, number>()
  for (const list of lists) for (const [rank, id] of list.entries()) sums.set(id, (sums.get(id) ?? 0) + 1 / (K + rank + 1))
  const best = lists.length / (K + 1)
  return [...sums]
    .map(([id, sum]) => ({ id, score: sum / best }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, most)
}
