/** How many distinct values a block holds before it is split: small enough to shift cheaply, large enough to have few blocks. */
const BLOCK = 512

interface Block {
  values: number[]
  counts: number[]
  total: number
}

/**
 * A multiset of numbers that answers "which value stands at rank k" while values come and go.
 *
 * A sorted list of sorted blocks (square-root decomposition): a change costs a binary search for the block, one within it and
 * a shift of at most 512 numbers; a rank costs a walk over the blocks' totals (about 2,000 for a million distinct values).
 */
export class OrderStatistics {
  private blocks: Block[] = []
  size = 0

  /** How often the value is in. */
  count(value: number): number {
    const block = this.blocks[this.blockOf(value)]
    if (block === undefined) return 0
    const i = lowerBound(block.values, value)
    return block.values[i] === value ? block.counts[i]! : 0
  }

  /** Adds `by` (which may be negative) to how often the value is in. Throws when fewer would be left than none. */
  add(value: number, by: number): void {
    if (by === 0) return
    const at = this.blockOf(value)
    const block = this.blocks[at] ?? this.firstBlock()
    const i = lowerBound(block.values, value)
    const present = block.values[i] === value
    const left = (present ? block.counts[i]! : 0) + by
    if (left < 0) throw new Error(`${value} is counted ${left - by} times, ${-by} cannot be taken away`)
    if (left === 0) remove(block, i)
    else if (present) block.counts[i] = left
    else insert(block, i, value, left)
    block.total += by
    this.size += by
    if (block.values.length > BLOCK) this.split(at)
    else if (block.values.length === 0) this.blocks.splice(at, 1)
  }

  /** The smallest value that at least `worse` members are strictly below; null when there is none. `worse` > 0. */
  smallestAbove(worse: number): number | null {
    let below = 0
    for (let b = 0; b < this.blocks.length; b++) {
      const block = this.blocks[b]!
      // The answer is in this block when its last value has enough below it, or else it is a later block's first.
      if (below + block.total >= worse) {
        for (let i = 0; i < block.values.length; i++) {
          if (below >= worse) return block.values[i]!
          below += block.counts[i]!
        }
      } else below += block.total
      if (below >= worse) return this.blocks[b + 1]?.values[0] ?? null
    }
    return null
  }

  private firstBlock(): Block {
    const block = { values: [], counts: [], total: 0 }
    this.blocks.push(block)
    return block
  }

  /** The last block that starts at or below the value, or the first. */
  private blockOf(value: number): number {
    let low = 0
    let high = this.blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.blocks[middle]!.values[0]! <= value) low = middle
      else high = middle - 1
    }
    return low
  }

  private split(at: number): void {
    const block = this.blocks[at]!
    const half = block.values.length >> 1
    const values = block.values.splice(half)
    const counts = block.counts.splice(half)
    const total = counts.reduce((sum, count) => sum + count, 0)
    block.total -= total
    this.blocks.splice(at + 1, 0, { values, counts, total })
  }
}

function lowerBound(values: readonly number[], value: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function insert(block: Block, at: number, value: number, count: number): void {
  block.values.splice(at, 0, value)
  block.counts.splice(at, 0, count)
}

function remove(block: Block, at: number): void {
  block.values.splice(at, 1)
  block.counts.splice(at, 1)
}
