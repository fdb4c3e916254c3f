import type { Neighbour } from '../../models/vectors/vector-index.ts'

/** Samples that the mean is taken over. */
const KEPT = 50
/** What rounding makes of equal similarities. */
const EQUAL = 1e-6

/** How many of the truly nearest are among those answered: recall@k, its mean over the newest samples. */
export class RecallSamples {
  readonly #samples: number[] = []

  /** The share of this sample; of equally near ones any will do. */
  add(answered: readonly Neighbour[], nearest: readonly Neighbour[]): number {
    if (nearest.length === 0) return 1
    const farthest = nearest.at(-1)!.similarity - EQUAL
    const recall = Math.min(1, answered.filter(({ similarity }) => similarity >= farthest).length / nearest.length)
    this.#samples.push(recall)
    if (this.#samples.length > KEPT) this.#samples.shift()
    return recall
  }

  get mean(): number | undefined {
    return this.#samples.length === 0 ? undefined : this.#samples.reduce((a, b) => a + b) / this.#samples.length
  }
}
