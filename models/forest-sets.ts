import type { Forest } from './forest.ts'

/** A row's leaf in a tree is told in four bits. */
const LEAVES = 16
/** Where a value stands among the cuts of a feature is found in six steps: 64 places, the last of which is none's. */
const PLACES = 64
/** Rows in a word. */
const WORD = 32

/** Of each byte, its bits four apart. */
const SPREAD = Int32Array.from({ length: 256 }, (_, byte) => {
  let bits = 0
  for (let k = 0; k < 8; k++) bits |= ((byte >> k) & 1) << (4 * k)
  return bits
})

/** A forest as it is asked of all rows at once. */
export interface RowSets {
  /** By feature, PLACES each: the thresholds asked of it, each once and rising, and infinity behind them. */
  readonly cuts: Float64Array
  /** Of each feature the number of its first question, a question being a feature and a threshold; one more for the end. */
  readonly starts: Int32Array
  /** The question of each node. */
  readonly questions: Int32Array
  /** Where the left and the right child of each node stand among the places of a tree: leaves first, nodes from LEAVES on. */
  readonly children: Uint8Array
  /** Of each tree, its first node and its first leaf; one more for the end. */
  readonly nodes: Int32Array
  readonly leaves: Int32Array
  /** Room that is used again. */
  readonly room: { right: Int32Array }
}

const known = new WeakMap<Forest, RowSets | 'too large'>()

/** A forest does not change, so this is worked out once; undefined of one with larger trees, or more thresholds of a feature, than fit, and of what is no trees. */
export function rowSetsOf(forest: Forest): RowSets | undefined {
  const found = known.get(forest) ?? prepare(forest) ?? 'too large'
  known.set(forest, found)
  return found === 'too large' ? undefined : found
}

function prepare(forest: Forest): RowSets | undefined {
  const { roots, feature, threshold } = forest
  const nodes = new Int32Array(roots.length + 1).fill(feature.length)
  for (let t = roots.length - 1; t >= 0; t--) nodes[t] = roots[t]! < 0 ? nodes[t + 1]! : roots[t]!
  // A tree has one leaf more than nodes.
  const leaves = nodes.map((first, t) => first + t)
  if (!isTreesInOrder(forest, nodes, leaves)) return undefined
  for (let t = 0; t < roots.length; t++) if (leaves[t + 1]! - leaves[t]! > LEAVES) return undefined
  const width = feature.reduce((most, f) => Math.max(most, f + 1), 0)
  const asked = Array.from({ length: width }, () => new Set<number>())
  for (const [node, f] of feature.entries()) asked[f]!.add(threshold[node]!)
  if (asked.some(({ size }) => size >= PLACES)) return undefined
  const cuts = new Float64Array(width * PLACES).fill(Number.POSITIVE_INFINITY)
  const starts = new Int32Array(width + 1)
  const numbers = asked.map((thresholds, f) => {
    const rising = Float64Array.from(thresholds).sort()
    cuts.set(rising, f * PLACES)
    starts[f + 1] = starts[f]! + rising.length
    return new Map(Array.from(rising, (cut, k) => [cut, starts[f]! + k]))
  })
  const questions = Int32Array.from(feature, (f, node) => numbers[f]!.get(threshold[node]!)!)
  return {
    cuts,
    starts,
    questions,
    children: childrenOf(forest, nodes, leaves),
    nodes,
    leaves,
    room: { right: new Int32Array() },
  }
}

/** Whether each tree's nodes and leaves stand together, children behind their parents, and nothing is below two questions. */
function isTreesInOrder({ left, right, leaves: values }: Forest, nodes: Int32Array, leaves: Int32Array): boolean {
  if (leaves.at(-1) !== values.length) return false
  const met = new Set<number>()
  for (let t = 0; t + 1 < nodes.length; t++)
    for (let node = nodes[t]!; node < nodes[t + 1]!; node++)
      for (const child of [left[node]!, right[node]!]) {
        const isHere = child < 0 ? ~child >= leaves[t]! && ~child < leaves[t + 1]! : child > node && child < nodes[t + 1]!
        if (!isHere || met.has(child)) return false
        met.add(child)
      }
  return true
}

function childrenOf({ left, right }: Forest, nodes: Int32Array, leaves: Int32Array): Uint8Array {
  const children = new Uint8Array(2 * left.length)
  for (let t = 0; t + 1 < nodes.length; t++)
    for (let node = nodes[t]!; node < nodes[t + 1]!; node++)
      for (const [side, child] of [left[node]!, right[node]!].entries())
        children[2 * node + side] = child < 0 ? ~child - leaves[t]! : LEAVES + child - nodes[t]!
  return children
}

/**
 * Asks all rows at once: QuickScorer (Lucchese et al. 2015) turned around, a bit for each row in place of one for each leaf. Where each
 * value stands among the thresholds of its feature gives, for every question, the rows that go right. Then a tree is a few operations on
 * words of 32 rows a node, with nothing to be guessed by the processor, and what it says is added in the order of the trees, as walking
 * down row by row would.
 * @param values row-major, `width` features a row
 * @param sums of each row, added to
 * @param reached where it is asked for: the leaf that each row came to in each tree, trees × rows
 */
export function askBySets(
  sets: RowSets,
  leaves: Float64Array,
  values: Float32Array,
  width: number,
  sums: Float64Array,
  reached: Int32Array | undefined,
): void {
  const rows = sums.length
  const words = Math.ceil(rows / WORD)
  const right = goingRight(sets, values, width, rows, words)
  const places = new Int32Array(2 * LEAVES * words)
  places.fill(-1, LEAVES * words, (LEAVES + 1) * words)
  for (let t = 0; t + 1 < sets.nodes.length; t++) {
    divide(sets, t, right, places, words)
    addLeaves(sets.leaves[t]!, leaves, places, words, sums, reached, t * rows)
  }
}

/** Of each question the rows that it sends right, as bits. What is not a number goes left. */
function goingRight(
  { cuts, starts, room }: RowSets,
  values: Float32Array,
  width: number,
  rows: number,
  words: number,
): Int32Array {
  const length = starts.at(-1)! * words
  if (room.right.length < length) room.right = new Int32Array(length)
  else room.right.fill(0, 0, length)
  const { right } = room
  for (let f = 0; f + 1 < starts.length; f++) {
    const [first, end, base] = [starts[f]!, starts[f + 1]!, f * PLACES]
    if (first === end) continue
    // The question before the one whose threshold is the first not below the value is the last to send it right.
    const last = (first - base - 1) * words
    for (let row = 0, at = f; row < rows; row++, at += width) {
      const place = placeOf(values[at]!, cuts, base)
      if (place > base) right[last + place * words + (row >> 5)]! |= 1 << row
    }
    for (let k = (end - 1) * words - 1; k >= first * words; k--) right[k]! |= right[k + words]!
  }
  return right
}

/** The first of PLACES rising cuts that is not below a value: a binary search without branches or a loop, for which half it is nobody can guess. */
function placeOf(value: number, cuts: Float64Array, base: number): number {
  let place = base
  place += +(value > cuts[place + 31]!) << 5
  place += +(value > cuts[place + 15]!) << 4
  place += +(value > cuts[place + 7]!) << 3
  place += +(value > cuts[place + 3]!) << 2
  place += +(value > cuts[place + 1]!) << 1
  return place + +(value > cuts[place]!)
}

/** Divides all rows down one tree: of each place the rows that come to it. */
function divide(
  { questions, children, nodes, leaves }: RowSets,
  t: number,
  right: Int32Array,
  places: Int32Array,
  words: number,
): void {
  // No row comes to leaves that only larger trees have. What stands at the first leaf tells nothing: its four bits are none.
  places.fill(0, (leaves[t + 1]! - leaves[t]!) * words, LEAVES * words)
  for (let node = nodes[t]!, at = LEAVES * words; node < nodes[t + 1]!; node++, at += words) {
    const from = questions[node]! * words
    const [low, high] = [children[2 * node]! * words, children[2 * node + 1]! * words]
    for (let w = 0; w < words; w++) {
      const all = places[at + w]!
      const those = right[from + w]!
      places[low + w] = all & ~those
      places[high + w] = all & those
    }
  }
}

/** Adds to each row's sum what the leaf says that it came to. @param first the tree's first leaf */
function addLeaves(
  first: number,
  leaves: Float64Array,
  places: Int32Array,
  words: number,
  sums: Float64Array,
  reached: Int32Array | undefined,
  reachedAt: number,
): void {
  let row = 0
  for (let w = 0; w < words; w++) {
    // Four words that hold the four bits of each row's leaf.
    let [ones, twos, fours, eights] = [0, 0, 0, 0]
    for (let leaf = 0, at = w; leaf < LEAVES; leaf += 4, at += 4 * words) {
      const [b, c, d] = [places[at + words]!, places[at + 2 * words]!, places[at + 3 * words]!]
      const any = places[at]! | b | c | d
      ones |= b | d
      twos |= c | d
      if (leaf & 4) fours |= any
      if (leaf & 8) eights |= any
    }
    for (let byte = 0; byte < 4; byte++) {
      let codes = SPREAD[ones & 255]! | (SPREAD[twos & 255]! << 1) | (SPREAD[fours & 255]! << 2) | (SPREAD[eights & 255]! << 3)
      ones >>= 8
      twos >>= 8
      fours >>= 8
      eights >>= 8
      for (const end = Math.min(sums.length, row + 8); row < end; row++) {
        const leaf = first + (codes & 15)
        codes >>>= 4
        sums[row]! += leaves[leaf]!
        if (reached !== undefined) reached[reachedAt + row] = leaf
      }
    }
  }
}
