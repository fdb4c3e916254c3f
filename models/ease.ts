import { invertSpd } from './spd-inverse.ts'

/**
 * EASE^R (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"): the item–item weights that best rebuild each customer's
 * history from the rest of it, in closed form: B = I − P·diag(P)⁻¹ with P = (G + λI)⁻¹. A customer's scores are x·B.
 *
 * Costs n³ multiply-adds (spd-inverse.ts) once, and n for each item of a history when it is asked.
 * @param gram row-major n × n, symmetric: how much two items share over all histories; used up
 * @param lambda what is added to each item's own: how little an item is believed that few have
 * @returns row-major n × n with a diagonal of 0: row i is what having item i adds to every other's score
 */
export function ease(gram: Float64Array, n: number, lambda: number): Float32Array {
  for (let i = 0; i < n; i++) gram[i * n + i]! += lambda
  const p = invertSpd(gram, n)
  const weights = new Float32Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) weights[i * n + j] = -p[i * n + j]! / p[j * n + j]!
  return weights
}

/** Adds a history to a Gram matrix: the items, each once, and how much each counts. Both triangles are kept. */
export function addToGram(gram: Float64Array, n: number, items: Int32Array, weights: Float64Array): void {
  for (let a = 0; a < items.length; a++) {
    const row = items[a]! * n
    const weight = weights[a]!
    for (let b = 0; b < items.length; b++) gram[row + items[b]!]! += weight * weights[b]!
  }
}

/**
 * The same for a history in order, where two items share the less the more lie between them.
 * @param halfLife so many items between two halve what they share
 */
export function addSequenceToGram(gram: Float64Array, n: number, items: Int32Array, halfLife: number): void {
  const decay = 2 ** (-1 / halfLife)
  for (let a = 0; a < items.length; a++) {
    const row = items[a]! * n
    gram[row + items[a]!]! += 1
    let shared = decay
    for (let b = a + 1; b < items.length && shared > 1e-4; b++, shared *= decay) {
      gram[row + items[b]!]! += shared
      gram[items[b]! * n + items[a]!]! += shared
    }
  }
}
