import type { Intent } from '../intents.ts'

/** A customer's tie to a campaign by what they wrote in it for one purpose. `sentiment` is the sum over inbound messages, each from −1 to 1. */
export interface CampaignTie {
  readonly customerId: string
  readonly campaignId: string
  readonly intent: Intent | null
  readonly inbound: number
  readonly sentiment: number
}

export interface RankedCampaign {
  readonly campaignId: string
  /** From 0 to 1. */
  readonly score: number
  /** How many of the similar customers have to do with it. */
  readonly viaCustomers: number
}

/** How welcome a campaign is that is written to for this: its share of 1. Who wants out, or complains, speaks against it. */
const WELCOME: Readonly<Record<Intent, number>> = {
  buy: 1,
  praise: 0.9,
  price_or_offer: 0.8,
  product_question: 0.7,
  payment: 0.6,
  order_status: 0.4,
  other: 0.3,
  cancel_or_change: 0.1,
  return_or_refund: 0.1,
  complaint: 0,
  unsubscribe: 0,
}
/** Having got a campaign's texts and said nothing. */
const SILENT = 0.05
/** After so many messages a tie is half as strong as it can be. */
const HALF = 2

/**
 * The campaigns that customers alike have most to do with: Σ similarity · strength over Σ similarity of all of them, where a customer's
 * strength is how much they wrote (n / (n + 2)), for what, and how it felt. Whoever is not tied counts as 0, so a campaign of one customer
 * does not outrank one of many. Ties go by id.
 *
 * @param similar customers with their similarity from 0 to 1
 * @param unwanted campaigns that the customer wants out of, or complained about
 */
export function rankCampaigns(
  similar: readonly { readonly customerId: string; readonly similarity: number }[],
  ties: readonly CampaignTie[],
  unwanted: ReadonlySet<string>,
  most: number,
): RankedCampaign[] {
  const alike = new Map(similar.map(({ customerId, similarity }) => [customerId, similarity]))
  const all = similar.reduce((sum, { similarity }) => sum + similarity, 0)
  const campaigns = new Map<string, Map<string, number>>()
  for (const tie of ties) {
    if (!alike.has(tie.customerId) || unwanted.has(tie.campaignId)) continue
    const via = campaigns.get(tie.campaignId) ?? new Map<string, number>()
    via.set(tie.customerId, Math.max(via.get(tie.customerId) ?? 0, strengthOf(tie)))
    campaigns.set(tie.campaignId, via)
  }
  return [...campaigns]
    .map(([campaignId, via]) => {
      const sum = [...via].reduce((sum, [customerId, strength]) => sum + strength * alike.get(customerId)!, 0)
      return { campaignId, score: round(sum / all), viaCustomers: via.size }
    })
    .sort((a, b) => b.score - a.score || (a.campaignId < b.campaignId ? -1 : 1))
    .slice(0, most)
}

/** 0–1: what a tie says for its campaign. A feeling moves it by up to a half. */
export function strengthOf({ intent, inbound, sentiment }: CampaignTie): number {
  if (inbound === 0) return SILENT
  const welcome = WELCOME[intent ?? 'other'] * (1 + 0.5 * (sentiment / inbound))
  return Math.min(1, welcome) * (inbound / (inbound + HALF))
}

/** The campaigns that a customer's own ties speak against. */
export const unwantedOf = (own: readonly CampaignTie[]): Set<string> =>
  new Set(own.filter(({ intent }) => intent === 'unsubscribe' || intent === 'complaint').map(({ campaignId }) => campaignId))

const round = (value: number): number => Math.round(value * 1e4) / 1e4
