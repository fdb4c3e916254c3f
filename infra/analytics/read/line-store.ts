import type { Unclear } from './number-reader.ts'

/** Of the columns below. */
export const BYTES_A_LINE = 4 + 4 + 4 + 8 + 8 + 8 + 1
const FIRST = 16 * 1024

/** What may still turn when all of a column is known. */
export const [DATE_EITHER, PRICE_BITS, QUANTITY_BITS] = [1, 1, 3] as const

/** Lines of orders while they are read: columns that grow. Pages of memory that no line has come to are no memory yet, so columns may well be too long. */
export class LineStore {
  length = 0
  customer = new Int32Array(FIRST)
  product = new Int32Array(FIRST)
  /** -1 of a line without an order's id. */
  order = new Int32Array(FIRST)
  at = new Float64Array(FIRST)
  /** In 1/10,000 of the major unit. */
  price = new Float64Array(FIRST)
  quantity = new Float64Array(FIRST)
  /** Bit 0: day and month may be exchanged; bits 1 and 2: `Unclear` of the price; bits 3 and 4: of the quantity. */
  turn = new Uint8Array(FIRST)

  /** @param expected how many lines there may be in all */
  push(
    customer: number,
    product: number,
    order: number,
    at: number,
    price: number,
    quantity: number,
    turn: number,
    expected: () => number,
  ): void {
    const line = this.length
    if (line === this.at.length) this.grow(Math.max(expected(), Math.ceil(line * 1.5)))
    this.customer[line] = customer
    this.product[line] = product
    this.order[line] = order
    this.at[line] = at
    this.price[line] = price
    this.quantity[line] = quantity
    this.turn[line] = turn
    this.length = line + 1
  }

  private grow(size: number): void {
    this.customer = longer(this.customer, new Int32Array(size))
    this.product = longer(this.product, new Int32Array(size))
    this.order = longer(this.order, new Int32Array(size))
    this.at = longer(this.at, new Float64Array(size))
    this.price = longer(this.price, new Float64Array(size))
    this.quantity = longer(this.quantity, new Float64Array(size))
    const turn = new Uint8Array(size)
    turn.set(this.turn)
    this.turn = turn
  }
}

function longer<Column extends Int32Array | Float64Array>(old: Column, column: Column): Column {
  column.set(old)
  return column
}

export const unclearPrice = (turn: number): Unclear => ((turn >> PRICE_BITS) & 3) as Unclear
export const unclearQuantity = (turn: number): Unclear => ((turn >> QUANTITY_BITS) & 3) as Unclear
