const NOBODY = -1
const FIRST = 16
/** Of so few products each has a column of all others, 32 MB together: nothing is looked for. */
const FEW = 2048

/** Sums above zero by two products. Of many products each has an open hash table of its others: 12 bytes a slot, at most three of four of them full. */
export class PairSums {
  private readonly products: number
  private readonly others: (Int32Array | undefined)[]
  private readonly sums: (Float64Array | undefined)[]
  private readonly used: Int32Array
  private readonly isFew: boolean

  constructor(products: number, few = FEW) {
    this.products = products
    this.isFew = products <= few
    this.others = new Array(products).fill(undefined)
    this.sums = new Array(products).fill(undefined)
    this.used = new Int32Array(products)
  }

  /** @param amount above zero */
  add(product: number, other: number, amount: number): void {
    if (this.isFew) {
      const sums = this.sums[product] ?? this.column(product)
      sums[other]! += amount
      return
    }
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
    if (sums === undefined) return
    for (let k = 0; k < sums.length; k++) if (sums[k]! > 0) visit(others === undefined ? k : others[k]!, sums[k]!)
  }

  copy(): PairSums {
    const copy = new PairSums(this.products, this.isFew ? this.products : -1)
    for (let product = 0; product < this.products; product++) {
      copy.others[product] = this.others[product]?.slice()
      copy.sums[product] = this.sums[product]?.slice()
    }
    copy.used.set(this.used)
    return copy
  }

  private column(product: number): Float64Array {
    const sums = new Float64Array(this.products)
    this.sums[product] = sums
    return sums
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
