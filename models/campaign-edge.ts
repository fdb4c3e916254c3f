import { interestIn } from './affinity.ts'
import { type EngagementLevel, engage, worthAt } from './engagement.ts'
import type { Intent } from './intents.ts'

/** What a customer's messages under one campaign come to, by what they were written for; `intent` is null for those nobody wrote to us, or whose text is gone. */
export interface IntentSums {
  readonly intent: string | null
  readonly messages: number
  readonly inbound: number
  /** Epoch ms. */
  readonly newestAt: number
  /** Σ of how they are felt, each from −1,000 to 1,000: integers add up to the same whatever the order. */
  readonly sentiment: number
  /** Each message of theirs counts as a comment does. */
  readonly engagement: EngagementLevel
}

/** The way from a customer to a campaign, in order of intent. */
export type CampaignEdge = readonly IntentSums[]

export interface EdgeMessage {
  readonly intent: string | null
  readonly inbound: boolean
  readonly at: number
  /** From −1 to 1. */
  readonly feeling: number
}

/** Adds a message. Every order of arrival gives the same counts, instants and feelings. */
export function addMessage(edge: CampaignEdge, { intent, inbound, at, feeling }: EdgeMessage): CampaignEdge {
  const before = edge.find(sums => sums.intent === intent) ?? { ...nothing, intent }
  const after: IntentSums = {
    intent,
    messages: before.messages + 1,
    inbound: before.inbound + (inbound ? 1 : 0),
    newestAt: Math.max(before.newestAt, at),
    sentiment: before.sentiment + Math.round(feeling * 1000),
    engagement: engage(before.engagement, inbound ? interestIn('comment') : 0, at),
  }
  return [...edge.filter(sums => sums !== before), after].sort(byIntent)
}

const nothing = { messages: 0, inbound: 0, newestAt: Number.MIN_SAFE_INTEGER, sentiment: 0, engagement: null }
const byIntent = (a: IntentSums, b: IntentSums): number => ((a.intent ?? '') < (b.intent ?? '') ? -1 : 1)

/** How much a message of each intent says for what it is about: who asks the price is near, who complains is not. By judgement, not learnt. */
export const intentWorth: Readonly<Record<Intent, number>> = {
  buy: 1,
  price_or_offer: 0.8,
  praise: 0.7,
  product_question: 0.7,
  payment: 0.6,
  order_status: 0.4,
  other: 0.2,
  cancel_or_change: 0.1,
  return_or_refund: 0.1,
  complaint: 0,
  unsubscribe: 0,
}

/**
 * How strongly a customer's messages of one intent tie them to the campaign at an instant: their count × what the intent is worth × what a
 * message is still worth on the mean, 0.4 · e^(−0.1·days). Count and mean together are the sum that is kept.
 */
export const weightAt = ({ intent, engagement }: IntentSums, now: number): number =>
  intent === null ? 0 : (intentWorth[intent as Intent] ?? 0) * worthAt(engagement, now)
