import type { Tree } from './boosted-trees.ts'
import { askBySets, rowSetsOf } from './forest-sets.ts'

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

/**
 * The sum of what all trees say of each row of features, added in the order of the trees. What is not a number goes left.
 * @param values row-major, `width` features a row
 * @param reached where it is asked for: the leaf that each row came to in each tree, trees × rows
 */
export function askForest(forest: Forest, values: Float32Array, width: number, reached?: Int32Array): Float64Array {
  const sums = new Float64Array(values.length / width)
  const sets = rowSetsOf(forest)
  if (sets === undefined) walk(forest, values, width, sums, reached)
  else askBySets(sets, forest.leaves, values, width, sums, reached)
  return sums
}

/** Row by row down one tree after the other: a tree stays in the nearest cache for all rows. */
function walk(
  { roots, feature, threshold, left, right, leaves }: Forest,
  values: Float32Array,
  width: number,
  sums: Float64Array,
  reached: Int32Array | undefined,
): void {
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!
    for (let row = 0, offset = 0; row < sums.length; row++, offset += width) {
      let node = root
      while (node >= 0) node = values[offset + feature[node]!]! > threshold[node]! ? right[node]! : left[node]!
      sums[row]! += leaves[~node]!
      if (reached !== undefined) reached[t * sums.length + row] = ~node
    }
  }
}
