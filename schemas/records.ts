import Type, { type Static } from 'typebox'
import { CampaignTold } from './campaign.ts'
import { CustomerEvent, Cuts, Product, SmsStatus } from './events.ts'
import { Count, closed, Id, Instant, Millis, MinorMoney, Sealed } from './primitives.ts'

const Quintile = Type.Integer({ minimum: 1, maximum: 5 })

/** Facts of a customer's purchases: instants in epoch ms (null before a first order), money in 1/10,000 of the major unit. */
export const RfmFacts = Type.Object(
  {
    firstAt: Type.Union([Millis, Type.Null()]),
    lastAt: Type.Union([Millis, Type.Null()]),
    orders: Count,
    gross: MinorMoney,
    net: MinorMoney,
  },
  closed,
)
export type RfmFacts = Static<typeof RfmFacts>

/** One step of a customer's life: the event (still sealed) or the segment change that caused it, and where it left them. `seq` counts them. */
export const CustomerChange = Type.Object(
  {
    customerId: Id,
    seq: Count,
    at: Millis,
    event: Type.Optional(CustomerEvent),
    segment: Type.Optional(
      Type.Object({ from: Type.Union([Type.String(), Type.Null()]), to: Type.Union([Type.String(), Type.Null()]) }, closed),
    ),
    rfm: RfmFacts,
    /** Their quintile scores under the cuts that `customers` knew then; absent without an order, and before the first cuts. */
    scores: Type.Optional(Type.Object({ r: Quintile, f: Quintile, m: Quintile }, closed)),
    /** Where a message left the average of how their messages are felt: from −1 to 1. */
    mood: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
    /** What a message was written for (models/intents.ts). */
    intent: Type.Optional(Type.String({ maxLength: 64 })),
    /** Nothing changed: a campaign asks whether it is for them. `segment` is then where they are. */
    asks: Type.Optional(Id),
  },
  closed,
)
export type CustomerChange = Static<typeof CustomerChange>

/** A campaign passed on to where customers' changes are, in order with them. */
export const CampaignPassed = Type.Object({ campaign: CampaignTold }, closed)
export type CampaignPassed = Static<typeof CampaignPassed>
/** What is on `customer-changes`. */
export const CustomerChangeOrCampaign = Type.Union([CustomerChange, CampaignPassed])
export type CustomerChangeOrCampaign = Static<typeof CustomerChangeOrCampaign>

export const SegmentChange = Type.Object(
  {
    customerId: Id,
    seq: Count,
    from: Type.Union([Type.String(), Type.Null()]),
    to: Type.Union([Type.String(), Type.Null()]),
    cutsVersion: Count,
  },
  closed,
)
export type SegmentChange = Static<typeof SegmentChange>

/** Somebody came to a limit that all of a campaign's customers share: `occurrences` may pass within `perMs`, or ever where that is absent. */
export const FlowAsk = Type.Object(
  {
    id: Id,
    customerId: Id,
    campaignId: Id,
    step: Type.String({ maxLength: 64 }),
    occurrences: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    perMs: Type.Optional(Count),
    at: Millis,
  },
  closed,
)
export type FlowAsk = Static<typeof FlowAsk>

/** A webhook that a run calls. `id` names the call, however often it is told or made. */
export const FlowCall = Type.Object(
  {
    id: Id,
    customerId: Id,
    campaignId: Id,
    version: Count,
    step: Type.String({ maxLength: 64 }),
    entry: Count,
    url: Type.String({ maxLength: 2000 }),
    method: Type.Enum(['POST', 'PUT']),
    /** The product that the run is about, where news of one began it. */
    productId: Type.Optional(Id),
    at: Millis,
  },
  closed,
)
export type FlowCall = Static<typeof FlowCall>

/** A customer's absolute standing, never a difference: the reader keeps what it last counted and replaces it (engine rule 3). */
export const RfmDelta = Type.Object(
  { type: Type.Literal('facts'), customerId: Id, seq: Count, lastAt: Millis, orders: Count, gross: MinorMoney },
  closed,
)
export type RfmDelta = Static<typeof RfmDelta>
/** Time to publish what moved. */
export const Tick = Type.Object({ type: Type.Literal('tick'), at: Millis }, closed)
export type Tick = Static<typeof Tick>
export const RfmDeltaOrTick = Type.Union([RfmDelta, Tick])
export type RfmDeltaOrTick = Static<typeof RfmDeltaOrTick>

export type RfmCuts = Static<typeof Cuts>
export { Cuts as RfmCuts }

/**
 * What one customer's behaviour says of one product now, absolute: how strongly they are drawn to it (0–1), since when,
 * and which other products they were drawn to around the same time (weight 0–1 each).
 */
export const Signal = Type.Object(
  {
    type: Type.Literal('signal'),
    productId: Id,
    customerId: Id,
    seq: Count,
    at: Millis,
    weight: Type.Number(),
    with: Type.Array(Type.Object({ productId: Id, weight: Type.Number() }, closed)),
  },
  closed,
)
export type Signal = Static<typeof Signal>
export const ItemEvent = Type.Union([Product, Signal])
export type ItemEvent = Static<typeof ItemEvent>

/** A sum that fades: its value at instant `at`; at a later t it is worth value × 2^(−(t − at) / half-life). */
export const Fading = Type.Object({ value: Type.Number(), at: Millis }, closed)
export type Fading = Static<typeof Fading>

/** A product as every instance sees it. Entries apply by `version`. */
export const ItemState = Type.Object(
  {
    productId: Id,
    version: Count,
    name: Type.Optional(Type.String()),
    category: Type.Optional(Type.String()),
    brand: Type.Optional(Type.String()),
    price: Type.Optional(Type.String()),
    available: Type.Boolean(),
    trend: Fading,
    /** Of each month of the year (UTC, January first), how many times the average month it is; there once a year is known. */
    season: Type.Optional(Type.Array(Type.Number(), { minItems: 12, maxItems: 12 })),
    /** Σ weight² over customers: the product's length in the cosine of item–item similarity. */
    norm: Type.Number(),
    pairs: Type.Array(Type.Object({ productId: Id, value: Type.Number() }, closed)),
  },
  closed,
)
export type ItemState = Static<typeof ItemState>

export const Reason = Type.Object(
  {
    strategy: Type.String(),
    score: Type.Number(),
    because: Type.Optional(Type.Array(Id)),
    /** Of cross-selling: the share of what is bought with `because` that is this, and how many times what chance gives. */
    confidence: Type.Optional(Type.Number()),
    lift: Type.Optional(Type.Number()),
  },
  closed,
)
export const RecommendedItem = Type.Object(
  {
    productId: Id,
    name: Type.Optional(Type.String()),
    score: Type.Number(),
    confidence: Type.Number(),
    /** How likely the customer buys it in the weeks to come, calibrated on what became of earlier lists. */
    chance: Type.Optional(Type.Number()),
    /** That times its price, in the shop's currency. */
    expectedRevenue: Type.Optional(Type.String()),
    reasons: Type.Array(Reason),
    /** True when the customer already has it: shown only where repeats are asked for, or when it is due again. */
    purchased: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type RecommendedItem = Static<typeof RecommendedItem>

/** What made a list, besides the versions it names: the step of the customer's life that called for it, and how its variant was chosen. */
export const Lineage = Type.Object(
  {
    /** Where the record stands on `customer-changes`; the list knows everything of the customer up to it. */
    partition: Count,
    offset: Count,
    /** The event of that record; a change of segment has none. */
    event: Type.Optional(Type.Object({ type: Type.String(), id: Id, occurredAt: Instant }, closed)),
    segment: Type.Union([Type.String(), Type.Null()]),
    /** What the bandit knew of the customer (models/learning/context.ts). */
    context: Type.Array(Type.Number()),
    choice: Type.Object(
      { by: Type.String(), propensity: Type.Number(), propensities: Type.Record(Type.String(), Type.Number()) },
      closed,
    ),
    /** Whether the click model had a say in the order. */
    clicks: Type.Boolean(),
    /** What the list leaned to, and how much (models/segment-rules.ts). */
    rule: Type.Optional(Type.Object({ lean: Type.String(), strength: Type.Number() }, closed)),
    /** Why each item stands where it does, in their order, as models/standing-bytes.ts writes it. */
    standings: Type.Optional(Type.String()),
  },
  closed,
)
export type Lineage = Static<typeof Lineage>

export const Recommendation = Type.Object(
  {
    customerId: Id,
    recommendationId: Id,
    seq: Count,
    asOf: Instant,
    variant: Type.String(),
    versions: Type.Object({ items: Count, cuts: Count, ranker: Type.Optional(Count), learning: Type.Optional(Count) }, closed),
    coldStart: Type.Boolean(),
    items: Type.Array(RecommendedItem),
    lineage: Type.Optional(Lineage),
  },
  closed,
)
export type Recommendation = Static<typeof Recommendation>

/** A text somebody wants sent. `recipient` is the phone's HMAC where only a phone was given; phone and text are sealed under `owner`. */
export const SmsRequest = Type.Object(
  {
    id: Id,
    customerId: Type.Optional(Id),
    recipient: Type.Optional(Type.String()),
    campaignId: Type.Optional(Id),
    link: Type.Optional(Type.String({ maxLength: 2000 })),
    /** Of an experiment, and the list it was written from. */
    variant: Type.Optional(Id),
    recommendationId: Type.Optional(Id),
    class: Type.Union([Type.Literal('marketing'), Type.Literal('transactional')]),
    requestedAt: Millis,
    sealed: Sealed,
  },
  closed,
)
export type SmsRequest = Static<typeof SmsRequest>

export const SmsResult = Type.Object(
  {
    id: Id,
    requestId: Id,
    customerId: Type.Optional(Id),
    recipient: Type.Optional(Type.String()),
    campaignId: Type.Optional(Id),
    status: SmsStatus,
    at: Millis,
    detail: Type.Optional(Type.String()),
  },
  closed,
)
export type SmsResult = Static<typeof SmsResult>

/** A record that could not be read, whole: where it stood, why, and its bytes in base64. Kept 7 days. */
export const DeadLetter = Type.Object(
  {
    processor: Type.String(),
    topic: Type.String(),
    partition: Count,
    offset: Count,
    code: Type.String(),
    message: Type.String(),
    at: Millis,
    key: Type.Union([Type.String(), Type.Null()]),
    value: Type.String(),
    headers: Type.Record(Type.String(), Type.String()),
  },
  closed,
)
export type DeadLetter = Static<typeof DeadLetter>
