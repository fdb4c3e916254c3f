import type { RfmFacts } from '../../schemas/records.ts'

/** A purchase with lines that count. Money in 1/10,000 of the major unit. */
export interface Bought {
  readonly at: number
  readonly orderId: string
  readonly amount: number
  readonly products: readonly string[]
}

/** An act in the shop, or a visit of a link in one of our texts. */
export interface Clicked {
  readonly at: number
  readonly kind: string
  readonly productId?: string
}

/** What became of one of our texts: when each first happened. */
export interface TextFate {
  readonly id: string
  readonly campaignId: string
  /** Of which entry of the customer into the campaign it was. */
  readonly entry: number
  readonly at: number
  readonly deliveredAt?: number
  readonly clickedAt?: number
  readonly repliedAt?: number
}

/** What lies in a cart. `price` in major units; absent where the shop did not say. */
export interface CartItem {
  readonly productId: string
  readonly quantity: number
  readonly price?: number
}

/** What a condition may ask about a customer, as of an instant (epoch ms). Lists are in the order in which things were heard, and forget their first. */
export interface CustomerView {
  readonly now: number
  readonly segment: string | null
  readonly rfm: RfmFacts
  readonly scores: { readonly r: number; readonly f: number; readonly m: number } | undefined
  /** From 0, nothing to do with the shop for long, to 1. */
  readonly engagement: number
  /** From −1 to 1; undefined while they have written nothing. */
  readonly sentiment: number | undefined
  readonly traits: Readonly<Record<string, unknown>>
  /** As property steps set them. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly purchases: readonly Bought[]
  readonly clicks: readonly Clicked[]
  /** Of all time. */
  readonly clickCount: number
  readonly cart: readonly CartItem[]
  /** Those the condition is about: of its run, or of its campaign where there is none yet. */
  readonly texts: readonly TextFate[]
  readonly categoryOf: (productId: string) => string | undefined
}
