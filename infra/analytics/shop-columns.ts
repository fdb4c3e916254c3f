import type { TransactionColumns } from '../../models/analytics/rfm/rfm-columns.ts'

/** Of a day that is not known. */
export const NO_DAY = -2_147_483_648

/**
 * A shop as analysts have it: its customers, products and lines of orders, in columns. Rows name one another by number, so a line's customer and product are
 * rows of the two other tables, those included that only lines name (`named` false).
 */
export interface ShopColumns {
  readonly customers: CustomerColumns
  readonly products: ProductColumns
  readonly lines: LineColumns
}

export interface CustomerColumns {
  readonly id: readonly string[]
  /** Empty where unknown. */
  readonly name: readonly string[]
  readonly email: readonly string[]
  /** Days since 1970-01-01, `NO_DAY` where unknown. */
  readonly registeredDay: Int32Array
  /** 0 of a customer whom only lines name. */
  readonly known: Uint8Array
}

export interface ProductColumns {
  readonly id: readonly string[]
  readonly name: readonly string[]
  readonly category: readonly string[]
  /** In 1/10,000 of the major unit; NaN where unknown. */
  readonly price: Float64Array
  readonly known: Uint8Array
}

/** `amount` is price times quantity in 1/10,000 of the major unit, below 0 of what came back. */
export interface LineColumns extends TransactionColumns {
  readonly product: Int32Array
  /** Pieces; below 0 of what came back. */
  readonly quantity: Float64Array
  readonly order: Int32Array
  readonly orders: number
}
