import { INTEREST_HALF_LIFE, REMEMBERED_AFFINITIES } from '../../../models/affinity.ts'
import { HalfLife } from '../../../models/half-life.ts'
import { REMEMBERED_BOUGHT } from '../../../models/taste.ts'

const NONE = -1

/**
 * The taste of one customer after another, in columns by product: what models/taste.ts and models/affinity.ts come to line by line, where purchases come in
 * the order of time. `begin` costs no more than what the customer before bought.
 *
 * When a product was bought before is left out: that tells when it is due again, and nobody is recommended here what they have.
 *
 * What is remembered stands in one list, linked from the product bought longest ago to the newest; what the customer is drawn to lately is its end.
 */
export class TasteWalk {
  /** Interest (a purchase is 1), worth that at `at` (epoch ms); of what is lately. */
  readonly value: Float64Array
  readonly at: Float64Array
  /** 1 of what is remembered to be bought. */
  readonly bought: Uint8Array
  readonly lately: Uint8Array
  private readonly fading = new HalfLife(INTEREST_HALF_LIFE)
  private readonly next: Int32Array
  private readonly before: Int32Array
  private oldest = NONE
  private newest = NONE
  /** The first of what is lately. */
  private from = NONE
  private remembered = 0
  private drawn = 0

  constructor(products: number) {
    this.value = new Float64Array(products)
    this.at = new Float64Array(products)
    this.bought = new Uint8Array(products)
    this.lately = new Uint8Array(products)
    this.next = new Int32Array(products)
    this.before = new Int32Array(products)
  }

  /** How many products the customer is drawn to lately. */
  get size(): number {
    return this.drawn
  }

  /** The product bought last, −1 of who bought none; then `previous` of each leads to the one that is remembered the longest. */
  get newestProduct(): number {
    return this.newest
  }

  previous(product: number): number {
    return this.before[product]!
  }

  /** The first of what is lately; then `following` leads to the newest, and from that to −1. */
  get firstLately(): number {
    return this.from
  }

  following(product: number): number {
    return this.next[product]!
  }

  /** Forgets the customer. */
  begin(): void {
    for (let product = this.oldest; product !== NONE; product = this.next[product]!) {
      this.bought[product] = 0
      this.lately[product] = 0
    }
    this.oldest = NONE
    this.newest = NONE
    this.from = NONE
    this.remembered = 0
    this.drawn = 0
  }

  /** Adds a line, which is no earlier than the last one. @param at epoch ms */
  buy(product: number, at: number): void {
    const lately = this.lately[product] === 1
    this.value[product] = lately ? this.value[product]! * this.fading.left(at - this.at[product]!) + 1 : 1
    this.at[product] = at
    if (this.bought[product] === 0) this.begins(product)
    else this.toEnd(product)
    if (!lately) {
      this.lately[product] = 1
      this.drawn++
      if (this.from === NONE) this.from = product
    }
    if (this.drawn > REMEMBERED_AFFINITIES) {
      this.lately[this.from] = 0
      this.from = this.next[this.from]!
      this.drawn--
    }
    if (this.remembered > REMEMBERED_BOUGHT) this.forgetOldest()
  }

  private begins(product: number): void {
    this.bought[product] = 1
    this.remembered++
    this.next[product] = NONE
    this.before[product] = this.newest
    if (this.newest === NONE) this.oldest = product
    else this.next[this.newest] = product
    this.newest = product
  }

  private toEnd(product: number): void {
    if (this.newest === product) return
    const [before, next] = [this.before[product]!, this.next[product]!]
    if (this.from === product) this.from = next
    if (before === NONE) this.oldest = next
    else this.next[before] = next
    this.before[next] = before
    this.next[this.newest] = product
    this.before[product] = this.newest
    this.next[product] = NONE
    this.newest = product
  }

  private forgetOldest(): void {
    const product = this.oldest
    this.bought[product] = 0
    this.oldest = this.next[product]!
    this.before[this.oldest] = NONE
    this.remembered--
  }
}
