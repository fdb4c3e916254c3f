import type { Neighbour } from './vector-index.ts'

/**
 * The k best of all that are offered, in order: by similarity, then by id. Most of a scan is turned away by one comparison with `least`, so
 * that an insertion by moving what is worse costs less than a heap.
 */
export class Nearest {
  /** What is not above this, or equal to it, cannot get in. */
  least = Number.NEGATIVE_INFINITY
  readonly #most: number
  readonly #ids: string[] = []
  readonly #similarities: number[] = []

  constructor(k: number) {
    this.#most = k
    if (k < 1) this.least = Number.POSITIVE_INFINITY
  }

  offer(id: string, similarity: number): void {
    const [ids, similarities] = [this.#ids, this.#similarities]
    let [low, high] = [0, ids.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const there = similarities[middle]!
      if (there > similarity || (there === similarity && ids[middle]! < id)) low = middle + 1
      else high = middle
    }
    if (low >= this.#most) return
    ids.splice(low, 0, id)
    similarities.splice(low, 0, similarity)
    if (ids.length > this.#most) {
      ids.pop()
      similarities.pop()
    }
    if (ids.length === this.#most) this.least = similarities.at(-1)!
  }

  /** Nearest first. */
  list(): readonly Neighbour[] {
    return this.#ids.map((id, i) => ({ id, similarity: this.#similarities[i]! }))
  }
}
