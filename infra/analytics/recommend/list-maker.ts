import { BatchRecommender } from '../../../models/batch-recommend.ts'
import type { ItemIndex } from '../../../models/item-index.ts'
import type { Purchases } from './purchases-by-customer.ts'
import { TasteWalk } from './taste-walk.ts'

/** Makes the list of one customer after another, from their lines: nobody's taste is kept. */
export class ListMaker {
  /** Holds the list made last. */
  readonly list: BatchRecommender
  private readonly purchases: Purchases
  private readonly taste: TasteWalk
  private readonly touched: Int32Array

  /** @param now epoch ms @param count how many products a list has at most */
  constructor(index: ItemIndex, purchases: Purchases, now: number, count: number) {
    this.purchases = purchases
    this.list = new BatchRecommender(index, now, count)
    this.taste = new TasteWalk(index.size)
    this.touched = new Int32Array(index.size)
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
