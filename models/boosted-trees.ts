/** Bins of a feature: enough that a split is hardly ever between two values that matter, and a bin number fits a byte. */
const BINS = 64

/** What one row is worth learning from: the gradient and the curvature of the loss at its present score. */
export type Loss = (scores: Float64Array, gradient: Float64Array, curvature: Float64Array) => void

export interface BoostingOptions {
  readonly trees: number
  /** Leaves of each tree. */
  readonly leaves: number
  /** How much of what a tree says is believed. */
  readonly rate: number
  /** Rows a leaf needs at least. */
  readonly leafRows: number
  /** Ridge on a leaf's value. */
  readonly lambda: number
}

/** A tree in flat arrays: node k asks whether `feature[k]` is at most `threshold[k]`; below 0 a child is the leaf of value `leaves[~child]`. What is not a number goes left. A child's number is above its parent's. */
export interface Tree {
  readonly feature: readonly number[]
  readonly threshold: readonly number[]
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly leaves: readonly number[]
}

/** Rows of features as bytes, one column after the other. */
export interface Binned {
  readonly rows: number
  readonly columns: readonly Uint8Array[]
  /** Of each feature: bin b holds what is above edge b − 1 and at most edge b. */
  readonly edges: readonly Float64Array[]
}

/** Cuts each feature at its quantiles. `values` is row-major, rows × features. */
export function bin(values: Float32Array, features: number): Binned {
  const rows = values.length / features
  const edges: Float64Array[] = []
  const columns: Uint8Array[] = []
  for (let f = 0; f < features; f++) {
    const column = new Float32Array(rows)
    for (let i = 0; i < rows; i++) column[i] = values[i * features + f]!
    const cuts = quantiles(column)
    edges.push(cuts)
    columns.push(Uint8Array.from(column, value => binOf(cuts, value)))
  }
  return { rows, columns, edges }
}

/** At most BINS − 1 rising edges, no two the same. */
function quantiles(column: Float32Array): Float64Array {
  const sorted = column.filter(value => !Number.isNaN(value)).sort()
  const edges: number[] = []
  for (let b = 1; b < BINS; b++) {
    const edge = sorted[Math.floor((b * sorted.length) / BINS)]
    if (edge !== undefined && edge !== edges.at(-1) && edge !== sorted.at(-1)) edges.push(edge)
  }
  return Float64Array.from(edges)
}

function binOf(edges: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= edges[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Gradient boosting on histograms (Friedman 2001; leaf-wise and with sibling subtraction as LightGBM, Ke et al. 2017): each tree fits
 * the gradient of the loss with Newton steps, −ΣG / (ΣH + λ) in each leaf, and grows where that gains most.
 */
export function boost(data: Binned, loss: Loss, options: BoostingOptions): Tree[] {
  const { rows } = data
  const scores = new Float64Array(rows)
  const [gradient, curvature] = [new Float64Array(rows), new Float64Array(rows)]
  const order = new Int32Array(rows)
  const trees: Tree[] = []
  for (let t = 0; t < options.trees; t++) {
    loss(scores, gradient, curvature)
    for (let i = 0; i < rows; i++) order[i] = i
    trees.push(new Growing(data, gradient, curvature, order, options).grow(scores))
  }
  return trees
}

/** The sum of what all trees say of one row of features. */
export function predict(trees: readonly Tree[], features: ArrayLike<number>, offset = 0): number {
  let sum = 0
  for (const { feature, threshold, left, right, leaves } of trees) {
    let node = feature.length === 0 ? -1 : 0
    while (node >= 0) node = features[offset + feature[node]!]! > threshold[node]! ? right[node]! : left[node]!
    sum += leaves[~node]!
  }
  return sum
}

interface Split {
  readonly gain: number
  readonly feature: number
  readonly bin: number
}

/** Rows `from` up to `to` of the order, what they sum to by feature and bin, and how they are best divided. */
interface Leaf {
  readonly from: number
  readonly to: number
  readonly sums: Float64Array
  readonly split: Split | undefined
  /** Where its number stands once it is known: in `left` or `right` of a node. */
  readonly parent: { readonly children: number[]; readonly node: number } | undefined
}

class Growing {
  private readonly feature: number[] = []
  private readonly threshold: number[] = []
  private readonly left: number[] = []
  private readonly right: number[] = []
  private readonly data: Binned
  private readonly gradient: Float64Array
  private readonly curvature: Float64Array
  private readonly order: Int32Array
  private readonly options: BoostingOptions
  private readonly spare: Int32Array

  constructor(data: Binned, gradient: Float64Array, curvature: Float64Array, order: Int32Array, options: BoostingOptions) {
    this.data = data
    this.gradient = gradient
    this.curvature = curvature
    this.order = order
    this.options = options
    this.spare = new Int32Array(data.rows)
  }

  /** Grows the tree and adds what it says to the scores. */
  grow(scores: Float64Array): Tree {
    const { data, options } = this
    const leaves = [this.leaf(0, data.rows, this.sum(0, data.rows), undefined)]
    while (leaves.length < options.leaves) {
      const best = leaves.reduce((a, b) => ((b.split?.gain ?? 0) > (a.split?.gain ?? 0) ? b : a))
      if (best.split === undefined) break
      leaves.splice(leaves.indexOf(best), 1, ...this.divide(best, best.split))
    }
    const values = leaves.map((leaf, k) => {
      const value = options.rate * this.valueOf(leaf)
      for (let i = leaf.from; i < leaf.to; i++) scores[this.order[i]!]! += value
      if (leaf.parent !== undefined) leaf.parent.children[leaf.parent.node] = ~k
      return value
    })
    const { feature, threshold, left, right } = this
    return { feature, threshold, left, right, leaves: values }
  }

  private divide(leaf: Leaf, { feature, bin: at }: Split): [Leaf, Leaf] {
    const node = this.feature.length
    this.feature.push(feature)
    this.threshold.push(this.data.edges[feature]![at]!)
    this.left.push(0)
    this.right.push(0)
    if (leaf.parent !== undefined) leaf.parent.children[leaf.parent.node] = node
    const middle = this.partition(leaf, this.data.columns[feature]!, at)
    const smallIsLeft = middle - leaf.from <= leaf.to - middle
    const small = smallIsLeft ? this.sum(leaf.from, middle) : this.sum(middle, leaf.to)
    const large = leaf.sums.map((sum, i) => sum - small[i]!)
    return [
      this.leaf(leaf.from, middle, smallIsLeft ? small : large, { children: this.left, node }),
      this.leaf(middle, leaf.to, smallIsLeft ? large : small, { children: this.right, node }),
    ]
  }

  /** Puts the rows of the left side first, each side in the order it was in; answers where the right side begins. */
  private partition({ from, to }: Leaf, column: Uint8Array, at: number): number {
    const { order, spare } = this
    let [left, right] = [from, 0]
    for (let i = from; i < to; i++) {
      const row = order[i]!
      if (column[row]! <= at) order[left++] = row
      else spare[right++] = row
    }
    order.set(spare.subarray(0, right), left)
    return left
  }

  private leaf(from: number, to: number, sums: Float64Array, parent: Leaf['parent']): Leaf {
    return { from, to, sums, split: this.bestSplit(sums), parent }
  }

  /** By feature and bin: the sum of gradients, of curvatures, and the count. */
  private sum(from: number, to: number): Float64Array {
    const { data, gradient, curvature, order } = this
    const sums = new Float64Array(data.columns.length * BINS * 3)
    for (const [f, column] of data.columns.entries()) {
      const base = f * BINS * 3
      for (let i = from; i < to; i++) {
        const row = order[i]!
        const at = base + column[row]! * 3
        sums[at]! += gradient[row]!
        sums[at + 1]! += curvature[row]!
        sums[at + 2]! += 1
      }
    }
    return sums
  }

  private bestSplit(sums: Float64Array): Split | undefined {
    const { data, options } = this
    const [allG, allH, all] = total(sums)
    const worth = (g: number, h: number) => (g * g) / (h + options.lambda)
    const before = worth(allG, allH)
    let best: Split | undefined
    for (let f = 0; f < data.columns.length; f++) {
      let [g, h, count] = [0, 0, 0]
      for (let b = 0; b < data.edges[f]!.length; b++) {
        const at = (f * BINS + b) * 3
        g += sums[at]!
        h += sums[at + 1]!
        count += sums[at + 2]!
        if (count < options.leafRows) continue
        if (all - count < options.leafRows) break
        const gain = worth(g, h) + worth(allG - g, allH - h) - before
        if (gain > (best?.gain ?? 1e-9)) best = { gain, feature: f, bin: b }
      }
    }
    return best
  }

  private valueOf({ sums }: Leaf): number {
    const [g, h] = total(sums)
    return -g / (h + this.options.lambda)
  }
}

/** Of all rows, by the bins of the first feature. */
function total(sums: Float64Array): [gradient: number, curvature: number, count: number] {
  let [g, h, count] = [0, 0, 0]
  for (let at = 0; at < BINS * 3; at += 3) {
    g += sums[at]!
    h += sums[at + 1]!
    count += sums[at + 2]!
  }
  return [g, h, count]
}
