import { addSequenceToGram, addToGram, ease } from '../ease.ts'
import type { Past } from './past.ts'
import { type SparseRows, sparsify } from './sparse-rows.ts'

/** Ridge of the linear models. */
const LAMBDA = 300
/** In how many items between two what they share in a sequence halves. */
const SEQUENCE_HALF_LIFE = 20
const NEXT_HALF_LIFE = 10
/** Beyond so many items between them nothing follows anything. */
const NEXT_REACH = 40
/** Items of a sitting beyond which it tells nothing of what goes together. */
const BASKET = 300
/** Entries kept of a row. */
const WIDTH = 256
/** Customers a transition is shrunk by. */
const SHRINK = 10

const ones = (length: number): Float64Array => new Float64Array(length).fill(1)

/** The products of a past that are known, bought ones only unless all are asked for. */
const known = ({ items, times }: Past, all = false): Int32Array => items.filter((item, k) => item >= 0 && (all || times[k]! > 0))

const learnEase = (n: number, add: (gram: Float64Array) => void): SparseRows => {
  const gram = new Float64Array(n * n)
  add(gram)
  return sparsify(ease(gram, n, LAMBDA), n, WIDTH)
}

/** What is bought by the same customers (EASE of all they bought). */
export const learnTogether = (pasts: readonly Past[], n: number): SparseRows =>
  learnEase(n, gram => {
    for (const past of pasts) {
      const items = known(past)
      addToGram(gram, n, items, ones(items.length))
    }
  })

/** The same, of all they touched. */
export const learnTouched = (pasts: readonly Past[], n: number): SparseRows =>
  learnEase(n, gram => {
    for (const past of pasts) {
      const items = known(past, true)
      addToGram(gram, n, items, ones(items.length))
    }
  })

/** What is bought soon after or before. */
export const learnSequence = (pasts: readonly Past[], n: number): SparseRows =>
  learnEase(n, gram => {
    for (const past of pasts) addSequenceToGram(gram, n, known(past), SEQUENCE_HALF_LIFE)
  })

/** What is bought in one sitting. `baskets` are its items, each once. */
export const learnBaskets = (baskets: readonly Int32Array[], n: number): SparseRows =>
  learnEase(n, gram => {
    for (const items of baskets) if (items.length > 1 && items.length < BASKET) addToGram(gram, n, items, ones(items.length))
  })

/** What follows what, by the gap between them, over the roots of how often both are bought. */
export function learnNext(pasts: readonly Past[], n: number): SparseRows {
  const next = new Float32Array(n * n)
  const buyers = new Float64Array(n)
  for (const past of pasts) {
    const items = known(past)
    for (let a = 0; a < items.length; a++) {
      buyers[items[a]!]!++
      for (let b = a + 1; b < Math.min(items.length, a + NEXT_REACH); b++)
        next[items[a]! * n + items[b]!]! += 2 ** (-(b - a) / NEXT_HALF_LIFE)
    }
  }
  const root = buyers.map(count => 1 / Math.sqrt(count + SHRINK))
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) next[i * n + j]! *= root[i]! * root[j]!
  return sparsify(next, n, WIDTH)
}
