import { createHash } from 'node:crypto'
import type { Standing } from '../models/grounds.ts'
import type { ItemIndex } from '../models/item-index.ts'
import { type ClickModel, isProven } from '../models/learning/click-model.ts'
import { byClicks } from '../models/learning/click-order.ts'
import { contextOf } from '../models/learning/context.ts'
import { type Choice, unlearnt, type VariantPolicy } from '../models/learning/policy.ts'
import { type Style, VARIANTS, variants } from '../models/learning/variants.ts'
import { listVersions } from '../models/list-versions.ts'
import type { Ranker } from '../models/ranker/rank.ts'
import { recommend } from '../models/recommend.ts'
import { ruleFor, type SegmentRules } from '../models/segment-rules.ts'
import { encodeStandings } from '../models/standing-bytes.ts'
import { bought, clicked, type Taste } from '../models/taste.ts'
import type { CustomerChange, CustomerChangeOrCampaign, Lineage, Recommendation, RfmCuts } from '../schemas/records.ts'
import { customerChanges, recommendations } from '../schemas/topics.ts'
import { output, type Position, type Scorer } from '../streams/processor.ts'
import { recommendationTable } from './recommendation-state.ts'
import { tasteTable } from './taste-state.ts'

/** What the scorer reads besides the customer, with the versions it found them in. */
export interface ScorerViews {
  readonly items: ItemIndex
  readonly itemsVersion: number
  readonly cuts: RfmCuts
  /** What the lists of each segment lean to. */
  readonly segmentRules?: SegmentRules
  /** What was learnt of all customers, once there is enough to learn from, and its version. */
  readonly ranker?: Ranker | undefined
  readonly rankerVersion?: number | undefined
  /** What was learnt from what became of lists, where that is done, and its version. */
  readonly learning?: { readonly policy: VariantPolicy; readonly clicks: ClickModel } | undefined
  readonly learningVersion?: number | undefined
}

/** customer-changes → recommendations: whoever acts gets a new list. */
export const scorer: Scorer<CustomerChangeOrCampaign, { taste: Taste }, Recommendation, ScorerViews> = {
  kind: 'scorer',
  name: 'scorer',
  input: customerChanges,
  outputs: [recommendations],
  state: { tables: { taste: tasteTable }, keys: change => ('campaign' in change ? {} : { taste: [change.customerId] }) },
  answers: recommendationTable,
  key: recommendation => recommendation.customerId,
  id: recommendation => recommendation.recommendationId,
  record: recommendation => output(recommendations, recommendation.customerId, recommendation),

  fold(state, change) {
    if ('campaign' in change || change.asks !== undefined) return { state, score: false }
    const { taste: before } = state
    const { event, at, segment, mood, intent } = change
    const taste = standing(before, segment?.to, mood)
    switch (event?.type) {
      case 'purchase':
        return { state: { taste: bought(taste, event, at) }, score: true }
      case 'click':
        // A link in a text names no product, so the list stays as it is.
        if (event.kind === 'link') return { state: { taste }, score: false }
        return { state: { taste: clicked(taste, event.productId, event.kind, at) }, score: true }
      case 'refund':
        return { state: { taste: { ...taste, at: Math.max(taste.at, at) } }, score: true }
      default:
        // A list is made when they act or write: new cuts move thousands at once, and change the order of little.
        return { state: { taste }, score: mood !== undefined || intent !== undefined }
    }
  },

  score({ taste }, scored, views, at) {
    const change = scored as CustomerChange // a campaign is never scored
    const { customerId, seq } = change
    const { items, ranker, learning } = views
    const id = recommendationId(customerId, seq)
    const context = contextOf(taste, change.rfm, views.cuts)
    const choice = learning?.policy.choose(id, context) ?? unlearnt
    const style: Style = variants[choice.variant]
    const rule = style.rule ?? ruleFor(taste, views.segmentRules)
    const standings = new Map<string, Standing>()
    const found = recommend(taste, items, taste.at, ranker, undefined, { ...style, rule }, undefined, standings)
    const list = byClicks(found, taste.segment, learning?.clicks)
    return {
      customerId,
      recommendationId: id,
      seq,
      asOf: new Date(taste.at).toISOString(),
      variant: choice.variant,
      versions: listVersions(views.itemsVersion, views.cuts.version, views.rankerVersion, views.learningVersion),
      coldStart: !list.some(item => item.reasons.some(reason => reason.strategy !== 'trending')),
      items: [...list],
      lineage: {
        ...lineageOf(change, at, taste.segment, context, choice, learning !== undefined && isProven(learning.clicks)),
        rule,
        standings: encodeStandings(list.map(({ productId }) => standings.get(productId))),
      },
    }
  },
}

function lineageOf(
  { event }: CustomerChange,
  { partition, offset }: Position,
  segment: string | null,
  context: number[],
  { by, propensity, propensities }: Choice,
  clicks: boolean,
): Lineage {
  return {
    partition,
    offset,
    ...(event === undefined || event.type === 'cuts' || event.type === 'campaign'
      ? {}
      : { event: { type: event.type, id: event.id, occurredAt: event.occurredAt } }),
    segment,
    context,
    choice: { by, propensity, propensities: Object.fromEntries(VARIANTS.map((variant, arm) => [variant, propensities[arm]!])) },
    clicks,
  }
}

const standing = (taste: Taste, segment: string | null | undefined, mood: number | undefined): Taste =>
  segment === undefined && mood === undefined
    ? taste
    : { ...taste, ...(segment === undefined ? {} : { segment }), ...(mood === undefined ? {} : { mood }) }

/** The same customer at the same step always has the same id: a list published twice is one list. */
const recommendationId = (customerId: string, seq: number): string =>
  `rec_${createHash('sha256').update(`${customerId}\u001f${seq}`).digest('hex').slice(0, 24)}`
