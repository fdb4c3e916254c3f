import type { Loss } from './boosted-trees.ts'

/** Of rows that were taken (1) or not (0): the cross-entropy of a logistic probability. */
export const logistic = (labels: ArrayLike<number>): Loss => {
  return (scores, gradient, curvature) => {
    for (let i = 0; i < scores.length; i++) {
      const p = 1 / (1 + Math.exp(-scores[i]!))
      gradient[i] = p - labels[i]!
      curvature[i] = Math.max(1e-6, p * (1 - p))
    }
  }
}

/** Places below this are worth next to nothing, and pairs down there are not looked at. */
const DEPTH = 30

/**
 * LambdaMART's (Burges 2010, "From RankNet to LambdaRank to LambdaMART"): each pair of a taken and an untaken row of one list pulls them
 * apart by how unsure their order is, times what their exchange would change in NDCG.
 *
 * @param labels 1 for taken, 0 for not
 * @param starts where each list begins; the last is the number of rows
 */
export const lambdaRank = (labels: ArrayLike<number>, starts: Int32Array): Loss => {
  return (scores, gradient, curvature) => {
    gradient.fill(0)
    curvature.fill(1e-6)
    for (let l = 0; l + 1 < starts.length; l++) pull(labels, scores, starts[l]!, starts[l + 1]!, gradient, curvature)
  }
}

function pull(
  labels: ArrayLike<number>,
  scores: Float64Array,
  from: number,
  to: number,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  const places = Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const taken = places.flatMap((row, place) => (labels[row]! > 0 ? [place] : []))
  if (taken.length === 0) return
  let ideal = 0
  for (let place = 0; place < taken.length; place++) ideal += discount(place)
  for (const p of taken) {
    const row = places[p]!
    for (let q = 0; q < places.length; q++) {
      const other = places[q]!
      if (labels[other]! > 0 || (p >= DEPTH && q >= DEPTH)) continue
      const change = Math.abs(discount(p) - discount(q)) / ideal
      const unsure = 1 / (1 + Math.exp(scores[row]! - scores[other]!))
      gradient[row]! -= unsure * change
      gradient[other]! += unsure * change
      const bend = Math.max(1e-9, unsure * (1 - unsure)) * change
      curvature[row]! += bend
      curvature[other]! += bend
    }
  }
}

/** What a hit at a place is worth in DCG; places count from 0. */
const discount = (place: number): number => 1 / Math.log2(place + 2)
