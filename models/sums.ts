/** One sum above zero for each product, by its number, in flat columns: ProductSums for loops that visit all neighbours of 100,000 customers' products. */
export class Sums {
  readonly value: Float64Array
  /** The products that have a sum, the first `size` of these. */
  readonly touched: Int32Array
  size = 0

  constructor(products: number) {
    this.value = new Float64Array(products)
    this.touched = new Int32Array(products)
  }

  /** @param amount above zero */
  add(product: number, amount: number): void {
    if (this.value[product] === 0) this.touched[this.size++] = product
    this.value[product]! += amount
  }

  get largest(): number {
    let largest = 0
    for (let k = 0; k < this.size; k++) largest = Math.max(largest, this.value[this.touched[k]!]!)
    return largest
  }

  clear(): void {
    for (let k = 0; k < this.size; k++) this.value[this.touched[k]!] = 0
    this.size = 0
  }
}
