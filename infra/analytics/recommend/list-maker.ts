import type { BatchRecommender } from '../../../models/batch-recommend.ts'
import type { Purchases } from './purchases-by-customer.ts'
import { TasteWalk } from './taste-walk.ts'

/** Makes the list of one customer after another, from their lines: nobody's taste is kept. */
export class ListMaker {
  /** Holds the list made last. */
  readonly list: BatchRecommender
  private readonly purchases: Purchases
  private readonly taste: TasteWalk
  private readonly touched: Int32Array

  /** @param products how many there are */
  constructor(list: BatchRecommender, purchases: Purchases, products: number) {
    this.list = list
    this.purchases = purchases
    this.taste = new TasteWalk(products)
    this.touched = new Int32Array(products)
  }

  /** @returns how many products the customer's list has; they stand in `list` */
  make(customer: number, segment: string | null): number {
    const { taste, touched } = this
    const { start, end, product: products, at } = this.purchases
    taste.begin()
    for (let k = start[customer]!; k < end[customer]!; k++) taste.buy(products[k]!, at[k]!)
    let size = 0
    for (let product = taste.firstLately; product !== -1; product = taste.following(product)) touched[size++] = product
    return this.list.ask({ touched, size, value: taste.value, at: taste.at, bought: taste.bought, segment })
  }
}
