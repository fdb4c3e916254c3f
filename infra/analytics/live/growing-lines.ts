import { lineTotal } from '../../../models/money.ts'
import type { CustomerEvent, Line } from '../../../schemas/events.ts'
import type { LineColumns } from '../shop-columns.ts'
import { doubles, GrowingColumn, integers } from './growing-column.ts'

export type Ordered = Extract<CustomerEvent, { type: 'purchase' | 'refund' }>

/** Lines of orders, in columns that grow. */
export class GrowingLines {
  private readonly customer = new GrowingColumn(integers)
  private readonly at = new GrowingColumn(doubles)
  private readonly amount = new GrowingColumn(doubles)
  private readonly product = new GrowingColumn(integers)
  private readonly quantity = new GrowingColumn(doubles)
  private readonly order = new GrowingColumn(integers)

  get length(): number {
    return this.customer.length
  }

  /** What counts as a purchase, and as taken back, is what the fold counts (consumers/customers.ts): the other lines are kept, and come to nothing. */
  push({ type, occurredAt, lines }: Ordered, customer: number, order: number, productOf: (productId: string) => number): void {
    const at = Date.parse(occurredAt)
    const sign = type === 'purchase' ? 1 : -1
    for (const { productId, quantity, unitPrice } of lines) {
      const counts = isCounted({ quantity, unitPrice })
      this.customer.push(customer)
      this.at.push(at)
      this.amount.push(counts ? sign * lineTotal(quantity, unitPrice) : 0)
      this.product.push(productOf(productId))
      this.quantity.push(counts ? sign * quantity : 0)
      this.order.push(order)
    }
  }

  /** All of them; they are handed over. */
  whole(orders: number): LineColumns {
    return {
      customer: this.customer.whole(),
      at: this.at.whole(),
      amount: this.amount.whole(),
      product: this.product.whole(),
      quantity: this.quantity.whole(),
      order: this.order.whole(),
      orders,
    }
  }
}

const isCounted = ({ quantity, unitPrice }: Pick<Line, 'quantity' | 'unitPrice'>): boolean =>
  quantity > 0 && Number(unitPrice) > 0
