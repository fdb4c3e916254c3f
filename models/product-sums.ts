/**
 * One sum for each product, by its number. Taking all of them away costs no more than putting them in did, so scoring a customer
 * never pays for products that have nothing to do with them.
 */
export class ProductSums {
  private values = new Float64Array(1024)
  private readonly products: number[] = []

  /** The products that have a sum, in the order in which they got one. */
  get touched(): readonly number[] {
    return this.products
  }

  of(product: number): number {
    return this.values[product] ?? 0
  }

  /** Adds an amount above zero; anything else changes nothing. */
  add(product: number, amount: number): void {
    if (!(amount > 0)) return
    if (product >= this.values.length) this.grow(product)
    if (this.values[product] === 0) this.products.push(product)
    this.values[product]! += amount
  }

  /** Makes the largest sum `most`, and the others as much smaller; answers what the largest was. */
  scale(most: number): number {
    const { values, products } = this
    let largest = 0
    for (const product of products) largest = Math.max(largest, values[product]!)
    for (const product of products) values[product] = most * (values[product]! / largest)
    return largest
  }

  clear(): void {
    for (const product of this.products) this.values[product] = 0
    this.products.length = 0
  }

  private grow(product: number): void {
    const values = new Float64Array(2 * (product + 1))
    values.set(this.values)
    this.values = values
  }
}
