/** What a customer did with a product. */
export const DEED = { bought: 0, looked: 1, disliked: 2 } as const
export type Deed = keyof typeof DEED

/** What all customers did, customer by customer and each in the order of time: flat arrays, 13 bytes a deed. */
export interface Histories {
  readonly customers: readonly string[]
  readonly products: readonly string[]
  /** Where each customer's deeds begin; one more for the end. */
  readonly starts: Int32Array
  readonly product: Int32Array
  /** Epoch ms. */
  readonly at: Float64Array
  readonly deed: Uint8Array
}

/** Collects deeds in any order. */
export class HistoriesBuilder {
  private readonly customers = new Numbers()
  private readonly products = new Numbers()
  private readonly customer: number[] = []
  private readonly product: number[] = []
  private readonly at: number[] = []
  private readonly deed: number[] = []

  get deeds(): number {
    return this.at.length
  }

  add(customerId: string, productId: string, at: number, deed: Deed): void {
    this.customer.push(this.customers.of(customerId))
    this.product.push(this.products.of(productId))
    this.at.push(at)
    this.deed.push(DEED[deed])
  }

  /** Deeds of one instant stay in the order in which they came. */
  build(): Histories {
    const { customer, product, at, deed } = this
    const starts = new Int32Array(this.customers.names.length + 1)
    for (const c of customer) starts[c + 1]!++
    for (let c = 1; c < starts.length; c++) starts[c]! += starts[c - 1]!
    const order = new Int32Array(customer.length)
    const filled = starts.slice()
    for (const [k, c] of customer.entries()) order[filled[c]!++] = k
    for (let c = 0; c + 1 < starts.length; c++)
      order.subarray(starts[c]!, starts[c + 1]!).sort((a, b) => at[a]! - at[b]! || a - b)
    return {
      customers: this.customers.names,
      products: this.products.names,
      starts,
      product: order.map(k => product[k]!),
      at: Float64Array.from(order, k => at[k]!),
      deed: Uint8Array.from(order, k => deed[k]!),
    }
  }
}

class Numbers {
  readonly names: string[] = []
  private readonly numbers = new Map<string, number>()

  of(name: string): number {
    let number = this.numbers.get(name)
    if (number === undefined) {
      number = this.names.length
      this.numbers.set(name, number)
      this.names.push(name)
    }
    return number
  }
}
