import type { Forest } from './forest.ts'

/**
 * What each feature adds to what a forest says of some rows, above what it says of all rows on the mean. On a row's way through a tree each
 * question divides the rows that came so far; by how much that moves their mean, the feature asked for has added (Saabas 2014, as in
 * treeinterpreter). So the contributions of a row add up to its score less the mean score of all.
 *
 * The mean at a question is over the rows given, not over those that were learnt from: a feature that is the same in all of them adds
 * nothing, and nothing needs to be kept with the trees.
 * @param reached what `askForest` told of all rows, trees × rows
 * @param told the rows to tell of
 * @param width features a row
 * @returns told × width
 */
export function pathContributions(forest: Forest, reached: Int32Array, told: ArrayLike<number>, width: number): Float64Array {
  const { roots, feature, leaves } = forest
  const { mean, above, aboveLeaf } = meansOf(forest, reached)
  const rows = reached.length / Math.max(1, roots.length)
  const added = new Float64Array(told.length * width)
  for (let t = 0; t < roots.length; t++)
    for (let i = 0; i < told.length; i++) {
      const leaf = reached[t * rows + told[i]!]!
      let below = leaves[leaf]!
      for (let node = aboveLeaf[leaf]!; node >= 0; node = above[node]!) {
        added[i * width + feature[node]!]! += below - mean[node]!
        below = mean[node]!
      }
    }
  return added
}

/** The mean at each question over the rows that came by it, and the question above each question and each leaf, −1 above a root. */
function meansOf({ feature, left, right, leaves }: Forest, reached: Int32Array) {
  const counts = new Int32Array(leaves.length)
  for (let k = 0; k < reached.length; k++) counts[reached[k]!]!++
  const [mean, came] = [new Float64Array(feature.length), new Int32Array(feature.length)]
  const [above, aboveLeaf] = [new Int32Array(feature.length).fill(-1), new Int32Array(leaves.length).fill(-1)]
  // From below: a child's number is above its parent's.
  for (let node = feature.length - 1; node >= 0; node--) {
    const [a, b] = [left[node]!, right[node]!]
    if (a >= 0) above[a] = node
    else aboveLeaf[~a] = node
    if (b >= 0) above[b] = node
    else aboveLeaf[~b] = node
    const [manyA, manyB] = [a >= 0 ? came[a]! : counts[~a]!, b >= 0 ? came[b]! : counts[~b]!]
    const sum = manyA * (a >= 0 ? mean[a]! : leaves[~a]!) + manyB * (b >= 0 ? mean[b]! : leaves[~b]!)
    came[node] = manyA + manyB
    mean[node] = came[node] === 0 ? 0 : sum / came[node]!
  }
  return { mean, above, aboveLeaf }
}
