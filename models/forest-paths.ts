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
  const { roots, feature } = forest
  const ways = waysOf(forest)
  const mean = meansOf(ways, feature.length, reached)
  const { above } = ways
  const rows = reached.length / Math.max(1, roots.length)
  const added = new Float64Array(told.length * width)
  for (let t = 0; t < roots.length; t++)
    for (let i = 0; i < told.length; i++) {
      const place = feature.length + reached[t * rows + told[i]!]!
      let below = mean[place]!
      for (let node = above[place]!; node >= 0; node = above[node]!) {
        const here = mean[node]!
        added[i * width + feature[node]!]! += below - here
        below = here
      }
    }
  return added
}

/** The mean at each question over the rows that came by it; of a leaf what it says. */
function meansOf({ left, right, leaves }: Ways, nodes: number, reached: Int32Array): Float64Array {
  const mean = leaves.slice()
  const came = new Int32Array(mean.length)
  for (let k = 0; k < reached.length; k++) came[nodes + reached[k]!]!++
  // From below: a child's number is above its parent's.
  for (let node = nodes - 1; node >= 0; node--) {
    const [a, b] = [left[node]!, right[node]!]
    const [manyA, manyB] = [came[a]!, came[b]!]
    const many = manyA + manyB
    came[node] = many
    mean[node] = many === 0 ? 0 : (manyA * mean[a]! + manyB * mean[b]!) / many
  }
  return mean
}

/** How a forest hangs together, with a place for each question and behind them one for each leaf. */
interface Ways {
  /** The places below each question. */
  readonly left: Int32Array
  readonly right: Int32Array
  /** The question above each place, −1 above a root. */
  readonly above: Int32Array
  /** What a leaf says, at its place. */
  readonly leaves: Float64Array
}

const known = new WeakMap<Forest, Ways>()

/** A forest does not change, so its ways are looked for once. */
function waysOf(forest: Forest): Ways {
  const found = known.get(forest) ?? findWays(forest)
  known.set(forest, found)
  return found
}

function findWays(forest: Forest): Ways {
  const nodes = forest.feature.length
  const placeOf = (child: number) => (child >= 0 ? child : nodes + ~child)
  const [left, right] = [forest.left.map(placeOf), forest.right.map(placeOf)]
  const above = new Int32Array(nodes + forest.leaves.length).fill(-1)
  for (let node = 0; node < nodes; node++) {
    above[left[node]!] = node
    above[right[node]!] = node
  }
  const leaves = new Float64Array(above.length)
  leaves.set(forest.leaves, nodes)
  return { left, right, above, leaves }
}
