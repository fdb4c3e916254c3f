import type { Tree } from './boosted-trees.ts'

/** Trees as they are asked, all in the same flat arrays: a child from 0 on is a node, below 0 the leaf of value `leaves[~child]`. */
export interface Forest {
  readonly roots: Int32Array
  readonly feature: Uint16Array
  readonly threshold: Float64Array
  readonly left: Int32Array
  readonly right: Int32Array
  readonly leaves: Float64Array
}

export function forestOf(trees: readonly Tree[]): Forest {
  const roots: number[] = []
  const [feature, threshold, left, right, leaves]: number[][] = [[], [], [], [], []]
  for (const tree of trees) {
    const [node, leaf] = [feature!.length, leaves!.length]
    const moved = (child: number) => (child >= 0 ? child + node : ~(~child + leaf))
    roots.push(tree.feature.length === 0 ? ~leaf : node)
    feature!.push(...tree.feature)
    threshold!.push(...tree.threshold)
    left!.push(...tree.left.map(moved))
    right!.push(...tree.right.map(moved))
    leaves!.push(...tree.leaves)
  }
  return {
    roots: Int32Array.from(roots),
    feature: Uint16Array.from(feature!),
    threshold: Float64Array.from(threshold!),
    left: Int32Array.from(left!),
    right: Int32Array.from(right!),
    leaves: Float64Array.from(leaves!),
  }
}

/** The sum of what all trees say of one row of features. What is not a number goes left. */
export function askForest(
  { roots, feature, threshold, left, right, leaves }: Forest,
  features: Float32Array,
  offset: number,
): number {
  let sum = 0
  for (let t = 0; t < roots.length; t++) {
    let node = roots[t]!
    while (node >= 0) node = features[offset + feature[node]!]! > threshold[node]! ? right[node]! : left[node]!
    sum += leaves[~node]!
  }
  return sum
}
