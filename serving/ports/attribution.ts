/** How long after it a purchase may be put down to a touch, in ms. */
export interface AttributionWindows {
  readonly clickMs: number
  readonly sendMs: number
}

/** Orders that a campaign is given credit for; revenue is their gross, in 1/10,000 of the major unit. */
export interface Credited {
  readonly orders: number
  readonly customers: number
  readonly revenue: bigint
}

export interface CampaignRevenue {
  readonly all: Credited
  /** By what an order was put down to. */
  readonly byClick: Credited
  readonly bySend: Credited
  /** By where customers stood when the text went out; null where they stood nowhere, or that is not known. */
  readonly segments: readonly (Credited & { readonly segment: string | null })[]
}

/** An order with the touch it is put down to. Instants in epoch ms, revenue in 1/10,000 of the major unit. */
export interface CreditedOrder {
  /** Where it stands in the list. */
  readonly key: string
  readonly orderId: string
  readonly customerId: string
  readonly at: number
  readonly revenue: bigint
  readonly by: 'click' | 'send'
  readonly touchedAt: number
  /** The text. */
  readonly requestId: string
  readonly segment: string | null
  /** Of the text, as its request said. */
  readonly variant: string | null
  readonly recommendationId: string | null
}

export interface Attribution {
  readonly windows: AttributionWindows
  /** Undefined where no text of the campaign went to a customer. */
  of(campaignId: string): Promise<CampaignRevenue | undefined>
  /** By instant, those behind a key where one is given. */
  orders(campaignId: string, limit: number, after?: string): Promise<CreditedOrder[]>
  /** Those that texts written from a list of recommendations led to, by instant. */
  ordersOfList(recommendationId: string, limit: number): Promise<CreditedOrder[]>
}
