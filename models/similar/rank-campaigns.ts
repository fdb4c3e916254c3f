/** A customer's tie to a campaign by what they wrote in it for one purpose; `intent` null for what only we wrote. */
export interface CampaignTie {
  readonly customerId: string
  readonly campaignId: string
  readonly intent: string | null
  readonly inbound: number
  /** Sum over inbound messages of how each is felt, from −1 to 1. */
  readonly sentiment: number
  /** How many they wrote × what the intent is worth × what that has faded to (models/campaign-edge.ts). */
  readonly weight: number
}

export interface RankedCampaign {
  readonly campaignId: string
  /** From 0 to 1. */
  readonly score: number
  /** How many of the similar customers have to do with it. */
  readonly viaCustomers: number
}

/** Having got a campaign's texts and said nothing. */
const SILENT = 0.05
/** A weight that makes a tie half as strong as it can be: one fresh message of somebody who wants to buy. */
const HALF = 0.4

/**
 * The campaigns that customers alike have most to do with: Σ similarity · strength over Σ similarity of all of them. Whoever is not tied
 * counts as 0, so a campaign of one customer does not outrank one of many. Ties go by id.
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
  const campaigns = new Map<string, Map<string, CampaignTie[]>>()
  for (const tie of ties) {
    if (!alike.has(tie.customerId) || unwanted.has(tie.campaignId)) continue
    const via = campaigns.get(tie.campaignId) ?? new Map<string, CampaignTie[]>()
    campaigns.set(tie.campaignId, via)
    via.set(tie.customerId, [...(via.get(tie.customerId) ?? []), tie])
  }
  return [...campaigns]
    .map(([campaignId, via]) => {
      const sum = [...via].reduce((sum, [customerId, ties]) => sum + strengthOf(ties) * alike.get(customerId)!, 0)
      return { campaignId, score: Math.round((sum / all) * 1e4) / 1e4, viaCustomers: via.size }
    })
    .sort((a, b) => b.score - a.score || (a.campaignId < b.campaignId ? -1 : 1))
    .slice(0, most)
}

/** The customers that campaigns come through: neighbours within the segment first, then the others, each group as it was. */
export const segmentFirst = <T extends { readonly sameSegment: boolean }>(nearest: readonly T[], most: number): T[] =>
  [...nearest.filter(one => one.sameSegment), ...nearest.filter(one => !one.sameSegment)].slice(0, most)

/** 0–1: what a customer's ties say for one campaign. How it felt moves a tie by up to a half. */
export function strengthOf(ties: readonly CampaignTie[]): number {
  let [weight, inbound] = [0, 0]
  for (const tie of ties) {
    inbound += tie.inbound
    if (tie.inbound > 0) weight += tie.weight * (1 + 0.5 * (tie.sentiment / tie.inbound))
  }
  return inbound === 0 ? SILENT : weight / (weight + HALF)
}

/** The campaigns that a customer's own ties speak against. */
export const unwantedOf = (own: readonly CampaignTie[]): Set<string> =>
  new Set(own.filter(({ intent }) => intent === 'unsubscribe' || intent === 'complaint').map(({ campaignId }) => campaignId))
