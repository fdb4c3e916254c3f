import type { Sample } from '../../models/uplift/means.ts'
import type { Proportion } from '../../models/uplift/proportions.ts'
import type { Uplift } from '../../models/uplift/uplift.ts'

/** What became of a group of customers: of texts to them, and of what they bought in the window. Revenue is gross, in 1/10,000 of the major unit. */
export interface GroupResults {
  readonly customers: number
  /** Of these, those whose window is not over yet. */
  readonly open: number
  readonly texts: number
  /** Texts that the gateway took, or that were clicked, whatever is known of them. */
  readonly sent: number
  /** Of these, texts that a receipt says have arrived. */
  readonly delivered: number
  /** Texts of which nobody knows whether they went. */
  readonly unknown: number
  /** Visits by people, and how many customers made them. */
  readonly clicks: number
  readonly clicked: number
  readonly buyers: number
  readonly orders: number
  readonly revenue: bigint
}

export interface Comparison {
  readonly treated: GroupResults
  readonly heldOut: GroupResults
  /** In 1/10,000 of the major unit. */
  readonly uplift: Uplift
}

/** What became of those who came to a version of a campaign's flow. One customer may come several times, and all of these count each time. */
export interface FlowResults {
  readonly version: number
  readonly entered: number
  readonly heldOut: number
  readonly onTheirWay: number
  /** By why; only what there was. */
  readonly ended: Readonly<Record<string, number>>
}

/** Customers who got a variant first, from the moment that they got it. */
export interface VariantResults extends GroupResults {
  readonly variant: string
  /** How many did what the experiment is judged by; and of how many, of those alone whose window is over. */
  readonly reached: number
  readonly over: Proportion
  /** Of the same: how many bought, and what they spent, each, in 1/10,000 of the major unit; null of fewer than two. */
  readonly spent: (Sample & { readonly buyers: number }) | null
}

/** An `experiment` step of a version. Variants that nobody got yet are not there. */
export interface ExperimentResults {
  readonly version: number
  readonly step: string
  readonly allocation: 'fixed' | 'thompson'
  /** What it is judged by: the goal of its flow, or clicks. */
  readonly outcome: 'purchase' | 'click' | 'reply'
  /** How the flow says that variants are drawn, or what was learnt since; each 0–1. */
  readonly shares: Readonly<Record<string, number>>
  readonly variants: readonly VariantResults[]
}

export interface CampaignResults {
  /** Customers that texts of the campaign were asked for; of a flow that holds customers out, those who came to it. */
  readonly audience: number
  /** Of these, those who belong to no group, by why: no consent, no phone; `waiting` for their turn. */
  readonly neither: Readonly<Record<string, number>>
  /** Whom treated customers are compared with: those held out of the campaign or, where there are none, of all marketing. */
  readonly comparedWith: 'campaign' | 'all' | null
  readonly heldOutOfAll: number
  readonly all: Comparison
  /** By where customers stood when it was drawn who gets a text; null where they stood nowhere. */
  readonly segments: readonly (Comparison & { readonly segment: string | null })[]
  /** By the variant that the request named; null where it named none. */
  readonly variants: readonly (Comparison & { readonly variant: string | null })[]
  /** By version; none of a campaign that is no flow, or where nobody came yet. */
  readonly flow: readonly FlowResults[]
  readonly experiments: readonly ExperimentResults[]
}

export interface Results {
  /** How long after it was drawn who gets a text a purchase counts, where nothing else is asked. */
  readonly windowMs: number
  /** Undefined where nothing is known of such a campaign. */
  of(campaignId: string, windowMs: number): Promise<CampaignResults | undefined>
}
