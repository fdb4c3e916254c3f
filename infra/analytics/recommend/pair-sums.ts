const NOBODY = -1
const FIRST = 16

/** Sums by two products, a small open hash table of the others apiece: 12 bytes a slot, at most three of four of them full. */
export class PairSums {
  private readonly others: (Int32Array | undefined)[]
  private readonly sums: (Float64Array | undefined)[]
  private readonly used: Int32Array

  constructor(products: number) {
    this.others = new Array(products)
    this.sums = new Array(products)
    this.used = new Int32Array(products)
  }

  add(product: number, other: number, amount: number): void {
    let others = this.others[product]
    if (others === undefined || 4 * (this.used[product]! + 1) > 3 * others.length) others = this.grow(product)
    const place = placeOf(others, other)
    if (others[place] === NOBODY) {
      others[place] = other
      this.used[product]!++
    }
    this.sums[product]![place]! += amount
  }

  /** In no promised order. */
  forEach(product: number, visit: (other: number, sum: number) => void): void {
    const [others, sums] = [this.others[product], this.sums[product]]
    if (others === undefined) return
    for (let k = 0; k < others.length; k++) if (others[k] !== NOBODY) visit(others[k]!, sums![k]!)
  }

  private grow(product: number): Int32Array {
    const [others, sums] = [this.others[product], this.sums[product]]
    const size = others === undefined ? FIRST : 2 * others.length
    const [wider, kept] = [new Int32Array(size).fill(NOBODY), new Float64Array(size)]
    for (let k = 0; others !== undefined && k < others.length; k++) {
      if (others[k] === NOBODY) continue
      const place = placeOf(wider, others[k]!)
      wider[place] = others[k]!
      kept[place] = sums![k]!
    }
    this.others[product] = wider
    this.sums[product] = kept
    return wider
  }
}

/** Where it stands, or may stand: linear probing from Knuth's multiplicative hash (The Art of Computer Programming 3, §6.4). */
function placeOf(others: Int32Array, other: number): number {
  const mask = others.length - 1
  const hash = Math.imul(other, 0x9e3779b1)
  let place = (hash ^ (hash >>> 15)) & mask
  while (others[place] !== NOBODY && others[place] !== other) place = (place + 1) & mask
  return place
}
