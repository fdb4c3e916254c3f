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
  const mean = meansOf(forest, reached)
  const { above, aboveLeaf } = waysUp(forest)
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

/** The mean at each question over the rows that came by it. */
function meansOf({ feature, left, right, leaves }: Forest, reached: Int32Array): Float64Array {
  const counts = new Int32Array(leaves.length)
  for (let k = 0; k < reached.length; k++) counts[reached[k]!]!++
  const [mean, came] = [new Float64Array(feature.length), new Int32Array(feature.length)]
  // From below: a child's number is above its parent's.
  for (let node = feature.length - 1; node >= 0; node--) {
    const [a, b] = [left[node]!, right[node]!]
    const manyA = a >= 0 ? came[a]! : counts[~a]!
    const manyB = b >= 0 ? came[b]! : counts[~b]!
    const sum = manyA * (a >= 0 ? mean[a]! : leaves[~a]!) + manyB * (b >= 0 ? mean[b]! : leaves[~b]!)
    came[node] = manyA + manyB
    mean[node] = came[node] === 0 ? 0 : sum / came[node]!
  }
  return mean
}

/** The question above each question and each leaf, −1 above a root. */
interface WaysUp {
  readonly above: Int32Array
  readonly aboveLeaf: Int32Array
}

const known = new WeakMap<Forest, WaysUp>()

/** A forest does not change, so its ways up are looked for once. */
function waysUp(forest: Forest): WaysUp {
  const found = known.get(forest) ?? findWaysUp(forest)
  known.set(forest, found)
  return found
}

function findWaysUp({ feature, left, right, leaves }: Forest): WaysUp {
  const [above, aboveLeaf] = [new Int32Array(feature.length).fill(-1), new Int32Array(leaves.length).fill(-1)]
  for (let node = 0; node < feature.length; node++)
    for (const child of [left[node]!, right[node]!]) {
      if (child >= 0) above[child] = node
      else aboveLeaf[~child] = node
    }
  return { above, aboveLeaf }
}
